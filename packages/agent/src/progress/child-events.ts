import type { Recorded, Store } from '@heddle/core';
import { AgentTree } from './agent-tree.ts';

/** Events of the rollouts that worked for a rollout's agents, each whole, in the order in which they were begun. */
export function childEvents(store: Store, events: readonly Recorded[]): Recorded[] {
  return events.flatMap(({ event }) =>
    event.type === 'rollout.delegated' ? [...store.read(event.rollout)] : [],
  );
}

/** The agents of a rollout as its journal has them. */
export function agentTreeOf(store: Store, events: readonly Recorded[]): AgentTree {
  const tree = new AgentTree();
  for (const recorded of events) tree.event(recorded);
  for (const recorded of childEvents(store, events)) tree.child(recorded);
  return tree;
}
