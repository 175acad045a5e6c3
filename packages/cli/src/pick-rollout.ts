import { readableWithin, readRollout } from '@heddle/agent';
import { EXIT, OperatorError, type Recorded, type RolloutRow, type Store } from '@heddle/core';

/** Candidates named when a prefix is not enough: more would not help to choose. */
const MAX_CANDIDATES = 5;

/** The rollout a person means: an id, the unique beginning of one, or `last` for the newest of their own. */
export function pickRollout(store: Store, given: string): string {
  const last = given === 'last';
  const found = last
    ? newestOwn(store)
    : store.rollouts({ prefix: given.toLowerCase(), limit: MAX_CANDIDATES + 1 });
  const ids = found.map(({ rollout }) => rollout);
  const [only] = ids;
  if (only !== undefined && (ids.length === 1 || ids.includes(given))) return ids.length === 1 ? only : given;
  if (only === undefined) {
    throw new OperatorError(
      'no-such-rollout',
      last ? 'there is no rollout yet' : `there is no rollout ${given}`,
      {
        hint: last ? 'start one with `heddle solve`' : '`heddle list` shows those there are',
        exitCode: EXIT.usage,
      },
    );
  }
  const more = ids.length > MAX_CANDIDATES ? ' and more' : '';
  throw new OperatorError('ambiguous-rollout', `several rollouts begin with ${given}`, {
    hint: `one of ${ids.slice(0, MAX_CANDIDATES).join(', ')}${more}`,
    exitCode: EXIT.usage,
  });
}

/** Those that work for others are not meant. */
function newestOwn(store: Store): RolloutRow[] {
  const newest = store.rollouts().find(({ rollout }) => readableWithin(store, rollout) === null);
  return newest === undefined ? [] : [newest];
}

/** Its events with its ancestors'; never none. */
export function eventsOf(store: Store, rollout: string): readonly Recorded[] {
  const events = readRollout(store, rollout);
  if (events.length > 0) return events;
  throw new OperatorError('no-such-rollout', `the process of rollout ${rollout} died before it began`, {
    hint: 'start again with `heddle solve`',
  });
}
