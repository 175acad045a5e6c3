import { answerAsk, instruct, notAsked, openAsks, stopExperiment, stopRollout } from '@heddle/agent';
import { type DeskAsk, isServer, OperatorError, type Store } from '@heddle/core';
import { findExperiment } from '@heddle/lab';
import type { DeskAnswer } from '../commands/desk.ts';
import { heddleHome, openJournal, storePlace } from '../home.ts';
import { pickRollout } from '../pick-rollout.ts';
import { askedText } from '../render/desk-text.ts';
import { ago } from '../render/text.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle desk`: what is open. */
export function showDesk({ json }: { readonly json?: true }): void {
  const open = openAsks(openJournal(heddleHome()));
  if (json) process.stdout.write(`${JSON.stringify(open, null, 2)}\n`);
  else if (open.length === 0) process.stdout.write('Nothing is asked.\n');
  const { palette } = terminalOf(process.stdout);
  if (!json)
    for (const row of open)
      process.stdout.write(
        `${palette.bold(row.ask)}  ${row.kind} of rollout ${row.rollout}, ${ago(row.at, Date.now())}\n${askedText(row)}`,
      );
}

/** `heddle desk answer`. */
export function answerAtDesk(given: string, options: DeskAnswer): void {
  const store = openJournal(heddleHome());
  const row = askOf(store, given);
  answerAsk(store, { rollout: row.rollout, ask: row.ask, answer: answerOf(options), at: Date.now() });
  process.stdout.write(`${row.ask} is answered\n`);
}

function askOf(store: Store, given: string): DeskAsk {
  const found = openAsks(store).filter(({ ask }) => ask.startsWith(given.toLowerCase()));
  if (found.length === 1) return found[0]!;
  if (found.length === 0) throw notAsked(given);
  throw new OperatorError('ambiguous-ask', `several begin with ${given}`, {
    hint: `one of ${found.map(({ ask }) => ask).join(', ')}`,
  });
}

function answerOf({ allow, refuse, answer, assume }: DeskAnswer): unknown {
  const given = [allow, refuse, answer, assume].filter((each) => each !== undefined);
  if (given.length !== 1)
    throw new OperatorError('bad-option', 'what is the answer?', {
      hint: 'one of --allow, --refuse ["what it should do instead"], --answer "…", --assume',
    });
  if (allow) return { allow: true };
  if (refuse !== undefined) return { allow: false, ...(refuse === true ? {} : { instruction: refuse }) };
  return { answer: answer ?? null };
}

/** `heddle desk say`. */
export function sayAtDesk(given: string, text: string): void {
  const store = openJournal(heddleHome());
  const rollout = pickRollout(store, given);
  const heard = instruct(store, rollout, text);
  process.stdout.write(
    heard === 'now'
      ? `rollout ${rollout} hears it with its next step\n`
      : `rollout ${rollout} is not running: it hears it when it is gone on with (\`heddle resume ${rollout}\`)\n`,
  );
}

/** `heddle desk stop`. */
export async function stopAtDesk(given: string): Promise<void> {
  const store = openJournal(heddleHome());
  if (given === 'last' || store.rollouts({ prefix: given.toLowerCase(), limit: 1 }).length > 0) {
    const { stopped } = stopRollout(store, pickRollout(store, given));
    process.stdout.write(`rollout ${stopped} is being stopped; \`heddle resume ${stopped}\` goes on\n`);
    return;
  }
  const { experiment } = findExperiment(store, given);
  refuseFinished(store, experiment);
  await stopTrials(store, experiment);
  process.stdout.write(
    `experiment ${experiment} is being stopped; \`heddle eval --resume ${experiment}\` goes on\n`,
  );
}

function refuseFinished(store: Store, experiment: string): void {
  if (store.experiments.counts(experiment).some(({ state }) => state !== 'graded')) return;
  throw new OperatorError('experiment-finished', `every trial of experiment ${experiment} is graded`, {
    hint: `\`heddle experiments ${experiment}\` shows what came of it`,
  });
}

/** Of whoever runs it, workers on other machines too. */
export async function stopTrials(store: Store, experiment: string): Promise<void> {
  stopExperiment(store, experiment);
  if (!isServer(storePlace(heddleHome()))) return;
  const { openQueue } = await import('./open-queue.ts');
  const queue = await openQueue();
  try {
    await queue.cancel(experiment);
  } finally {
    await queue.close(0);
  }
}
