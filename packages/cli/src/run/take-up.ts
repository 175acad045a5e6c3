import { stateOf } from '@heddle/agent';
import { OperatorError, type Recorded, type RolloutConfig, type Store } from '@heddle/core';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { type HandOverOptions, refuseEarly } from '../hand-over/hand-over.ts';
import { heddleHome, openJournal } from '../home.ts';
import { eventsOf, pickRollout } from '../pick-rollout.ts';

export interface TakenUp {
  readonly home: string;
  readonly store: Store;
  readonly config: Config;
  readonly rollout: string;
  readonly task: string;
  readonly root: string;
  readonly made: RolloutConfig;
  readonly events: readonly Recorded[];
}

/** What is needed to go on from a rollout; without a name it is the newest unfinished one that nobody runs. */
export async function takeUp(
  given: string | undefined,
  options: HandOverOptions & { readonly json?: boolean },
): Promise<TakenUp> {
  const home = heddleHome();
  const store = openJournal(home);
  const rollout = given === undefined ? newestUnfinished(store) : pickRollout(store, given);
  const events = eventsOf(store, rollout);
  const { task, config: made } = stateOf(events);
  const [config] = await Promise.all([loadConfig(task.repo), refuseEarly(task.repo, options)]);
  return { home, store, config, rollout, task: task.text, root: task.repo, made, events };
}

/** Said before a model is opened for it: a missing key is not what is in the way. */
export function refuseFinished({ rollout, events }: Pick<TakenUp, 'rollout' | 'events'>): void {
  const { completed } = stateOf(events);
  if (completed === null) return;
  throw new OperatorError('rollout-finished', `rollout ${rollout} is finished (${completed.status})`, {
    hint: `\`heddle show ${rollout}\`, or go another way with \`heddle fork ${rollout}@STEP\``,
  });
}

function newestUnfinished(store: Store): string {
  for (const { rollout } of store.rollouts()) {
    if (store.isRunning(rollout)) continue;
    const types = [...store.read(rollout)].map(({ event }) => event.type);
    if (types.length > 0 && !types.includes('rollout.completed')) return rollout;
  }
  throw new OperatorError('nothing-to-resume', 'every rollout is finished or running', {
    hint: '`heddle list` shows them; `heddle fork ROLLOUT@STEP` goes another way from a finished one',
  });
}
