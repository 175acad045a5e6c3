// One `heddle worker` with a scripted agent: URL HOME LOG CONCURRENCY REPLY_MS. Each request of the model is a line in LOG.
import { appendFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { resume, solve } from '@heddle/agent';
import { openStore } from '@heddle/core';
import { scriptedModel } from '@heddle/models';
import { heddleEntrant } from '../../src/entrants/heddle.ts';
import { readEntrantSpecs } from '../../src/entrants/spec.ts';
import { harnessGrounds } from '../../src/experiment/harness-grounds.ts';
import { readPlan } from '../../src/experiment/plan.ts';
import { TrialQueue } from '../../src/worker/queue.ts';
import { runWorker } from '../../src/worker/run-worker.ts';
import { answerInstance } from '../answer-instance.ts';
import { replyOf } from './answers.ts';

const [url, home, log, concurrency, replyMs] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const store = openStore(url, { leaseMs: 4_000, waitMs: 20_000 });
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

/** The answer is wrong for every third instance, and each reply takes a while. */
const modelOf = (rollout: string) =>
  scriptedModel(async (_, turn) => {
    const trial = store.experiments.trialOf(rollout)!;
    appendFileSync(log, `${trial.instance}/${trial.attempt} ${turn} ${process.pid}\n`);
    await pause(Number(replyMs));
    return replyOf(trial.instance, turn);
  });

const agent = heddleEntrant(readEntrantSpecs(['agent'])[0]!, {
  version: 'v',
  model: 'scripted',
  begin: (task, runtime) => solve({ ...task, model: modelOf(task.id) }, runtime),
  goOn: ({ id }, runtime) => resume({ rollout: id, model: modelOf(id) }, runtime),
});

const queue = await TrialQueue.open({ url, onWarning: () => {} });
const say = (word: string) => process.stdout.write(`${word}\n`);
say('ready');
try {
  await runWorker({
    store,
    queue,
    concurrency: Number(concurrency),
    signal: stop.signal,
    open: async (experiment) => ({
      ...{ store, home, grounds: harnessGrounds(home, 'host'), instance: answerInstance },
      plan: readPlan(store, store.experiments.list({ prefix: experiment })[0]!.plan),
      entrant: () => agent,
    }),
    observer: {
      began: (key) => say(`began ${key.instance}/${key.attempt}`),
      graded: (key) => say(`graded ${key.instance}/${key.attempt}`),
      putBack: (key, why) => say(`back ${key.instance}/${key.attempt} ${why}`),
    },
  });
} catch (error) {
  say(`failed ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
store.close();
