import { availableParallelism } from 'node:os';
import type { TrialKey } from '@heddle/core';
import { findExperiment } from '@heddle/lab';
import { runWorker } from '@heddle/lab/worker';
import type { SubmitChoice, WorkerChoice } from '../commands/worker.ts';
import { heddleHome, openJournal } from '../home.ts';
import { listenForInterrupt } from './interrupt.ts';
import { openQueue } from './open-queue.ts';
import { contextAgain } from './trial-context.ts';

/** `heddle worker`: until it is told to end. */
export async function work({ concurrency = availableParallelism(), quiet }: WorkerChoice): Promise<void> {
  const home = heddleHome();
  const queue = await openQueue();
  const store = openJournal(home);
  const say = (line: string) => quiet || process.stderr.write(`${line}\n`);
  const interrupt = listenForInterrupt(() =>
    process.stderr.write('heddle: putting away what runs; once more ends at once\n'),
  );
  say(`ready for ${concurrency} ${concurrency === 1 ? 'trial' : 'trials'} at a time`);
  try {
    await runWorker({
      ...{ store, queue, concurrency, signal: interrupt.signal },
      open: (experiment) => contextAgain(findExperiment(store, experiment), { home, store }),
      observer: {
        began: (key, rollout) => say(`began    ${nameOf(key)} as ${rollout}`),
        waiting: (key, { message }, seconds) => say(`waiting  ${nameOf(key)} ${seconds} s: ${message}`),
        graded: (key, { resolved }) => say(`${WORDS[`${resolved}`]} ${nameOf(key)}`),
        putBack: (key, why) => say(`back     ${nameOf(key)}: ${why}`),
      },
    });
  } finally {
    interrupt.dispose();
    store.close();
  }
}

const WORDS = { true: 'solved  ', false: 'failed  ', null: 'spoilt  ' } as const;

const nameOf = ({ agent, instance, attempt }: TrialKey) => `${agent} at ${instance}, attempt ${attempt}`;

export async function submit(given: string, { priority = 0, budget }: SubmitChoice): Promise<void> {
  await withQueue(given, async (queue, experiment) => {
    await queue.submit({ experiment, priority, ...(budget === undefined ? {} : { budgetUsd: budget }) });
    process.stdout.write(`${experiment} is with the workers\n`);
  });
}

export async function cancel(given: string): Promise<void> {
  await withQueue(given, async (queue, experiment) => {
    const { queued, active } = await queue.cancel(experiment);
    process.stdout.write(
      `${experiment} is taken from the workers: ${queued} trials were queued, ${active} are put away\n`,
    );
  });
}

async function withQueue(
  given: string,
  run: (queue: Awaited<ReturnType<typeof openQueue>>, experiment: string) => Promise<void>,
): Promise<void> {
  const queue = await openQueue();
  const store = openJournal(heddleHome());
  try {
    await run(queue, findExperiment(store, given).experiment);
  } finally {
    store.close();
    await queue.close(0);
  }
}
