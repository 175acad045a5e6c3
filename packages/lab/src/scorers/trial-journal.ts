import { readRollout } from '@heddle/agent';
import type { Recorded, Store } from '@heddle/core';
import { rolloutOfTry } from '../experiment/second-try.ts';

/** Rollouts of one whole that are read: far more than an agent of agents begins. */
const MAX_ROLLOUTS = 500;

/** The journals of these rollouts, each followed by those of the rollouts that it began. One that is not there is left out. */
export function journalOf(store: Store, rollouts: readonly string[]): Recorded[] {
  const events: Recorded[] = [];
  const seen = new Set<string>();
  const queue = [...rollouts];
  for (
    let rollout = queue.shift();
    rollout !== undefined && seen.size < MAX_ROLLOUTS;
    rollout = queue.shift()
  ) {
    if (seen.has(rollout)) continue;
    seen.add(rollout);
    const own = readRollout(store, rollout);
    events.push(...own);
    queue.unshift(...own.flatMap(({ event }) => (event.type === 'rollout.delegated' ? [event.rollout] : [])));
  }
  return events;
}

/** The rollouts of a trial: its own, and those of later tries where the instance allows more than one. */
export function rolloutsOfTrial(rollout: string | null, tries: number): string[] {
  if (rollout === null) return [];
  return Array.from({ length: Math.max(1, tries) }, (_, at) => rolloutOfTry(rollout, at + 1));
}
