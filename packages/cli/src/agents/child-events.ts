import type { Recorded, Store } from '@heddle/core';

/** Events of the rollouts that worked for a rollout's agents, each whole, in the order in which they were begun. */
export function childEvents(store: Store, events: readonly Recorded[]): Recorded[] {
  return events.flatMap(({ event }) =>
    event.type === 'rollout.delegated' ? [...store.read(event.rollout)] : [],
  );
}
