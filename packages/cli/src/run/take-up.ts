import { mayGoOn, readableWithin, readRollout, refusePeer, stateOf, withinOf } from '@heddle/agent';
import { type Limits, OperatorError, type Recorded, type RolloutConfig, type Store } from '@heddle/core';
import { type EffectiveConfig, loadConfig } from '../config/load.ts';
import { type HandOverOptions, refuseEarly } from '../hand-over/hand-over.ts';
import { heddleHome, openJournal } from '../home.ts';
import { eventsOf, pickRollout } from '../pick-rollout.ts';

export interface TakenUp {
  readonly home: string;
  readonly store: Store;
  readonly config: EffectiveConfig;
  readonly rollout: string;
  readonly task: string;
  readonly root: string;
  readonly made: RolloutConfig;
  readonly events: readonly Recorded[];
}

/** What is needed to go on from a rollout; without a name it is the newest that can go on with these limits and that nobody runs. */
export async function takeUp(
  given: string | undefined,
  options: HandOverOptions & { readonly json?: boolean },
  limits: Partial<Limits> = {},
): Promise<TakenUp> {
  const home = heddleHome();
  const store = openJournal(home);
  const rollout = given === undefined ? newestToGoOn(store, limits) : pickRollout(store, given);
  const events = eventsOf(store, rollout);
  const { task, config: made } = stateOf(events);
  refusePeer(rollout, made);
  const [config] = await Promise.all([loadConfig(task.repo), refuseEarly(task.repo, options)]);
  return { home, store, config, rollout, task: task.text, root: task.repo, made, events };
}

/** Said before a model is opened for it: a missing key is not what is in the way. */
export function refuseFinished(
  { rollout, events }: Pick<TakenUp, 'rollout' | 'events'>,
  limits: Partial<Limits>,
): void {
  const state = stateOf(events);
  if (mayGoOn(state, limits)) return;
  const { status } = state.completed!;
  const last =
    state.config.agent === undefined
      ? `go another way with \`heddle fork ${rollout}@STEP\``
      : 'go another way from one of its rollouts with `heddle fork`';
  const hints = [
    `\`heddle show ${rollout}\``,
    ...(status === 'limit' ? ['go on with a higher limit (--steps, --budget, --time)'] : []),
  ];
  throw new OperatorError('rollout-finished', `rollout ${rollout} is finished (${status})`, {
    hint: `${hints.join(', ')}, or ${last}`,
  });
}

/** A part's work is taken up by the rollout that asked for it, and nobody else waits for it. */
export function refusePart({ rollout, store }: Pick<TakenUp, 'rollout' | 'store'>): void {
  const within = withinOf(store, rollout);
  if (within === null) return;
  throw new OperatorError(
    'part-of-another',
    `rollout ${rollout} is a part of ${within.rollout} (${within.path})`,
    {
      hint: `go on with the whole, \`heddle resume ${within.rollout}\`, or another way with \`heddle fork ${rollout}@STEP\``,
    },
  );
}

/** What an agent made of agents did is in the rollouts of its loops. `doing`: what can be done with each of those. */
export function refuseAgents({ rollout, events }: Pick<TakenUp, 'rollout' | 'events'>, doing: string): void {
  const { config, composition } = stateOf(events);
  if (config.agent === undefined) return;
  const parts = [...composition.delegated].map(([path, { begun }]) => `${begun.rollout} (${path})`);
  throw new OperatorError(
    'made-of-agents',
    `rollout ${rollout} is made of others, and has no steps of its own`,
    {
      hint:
        parts.length === 0
          ? `it had begun none; go on with it: \`heddle resume ${rollout}\``
          : `\`${doing}\` with one of them: ${parts.slice(0, MAX_NAMED).join(', ')}${parts.length > MAX_NAMED ? ' and more' : ''}`,
    },
  );
}

/** Rollouts named in a hint. */
const MAX_NAMED = 8;

function newestToGoOn(store: Store, limits: Partial<Limits>): string {
  for (const { rollout } of store.rollouts()) {
    // One that works for another is taken up by that one.
    if (store.isRunning(rollout) || readableWithin(store, rollout) !== null) continue;
    const events = readRollout(store, rollout);
    if (events.length > 0 && mayGoOn(stateOf(events), limits)) return rollout;
  }
  throw new OperatorError('nothing-to-resume', 'every rollout is finished or running', {
    hint: '`heddle list` shows them; `heddle fork ROLLOUT@STEP` goes another way from a finished one',
  });
}
