import { readRollout } from '@heddle/agent';
import { messageOf, type Store } from '@heddle/core';
import { sweepLeftovers } from '@heddle/workspace';

/** Removes what killed processes left in the data folder; with its journal, also what finished rollouts left. Why it could not is `heddle doctor`'s to say, not a reason to stop. */
export function sweep(
  home: string,
  store: Store | null = null,
): { readonly removed: number } | { readonly problem: string } {
  const finished = (rollout: string) =>
    store !== null && readRollout(store, rollout).at(-1)?.event.type === 'rollout.completed';
  try {
    return { removed: sweepLeftovers(home, finished).length };
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
