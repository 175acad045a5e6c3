import type { Store, Within } from '@heddle/core';

/** Whom a rollout works for; null: for the person. Its first event says so, and is all that is read. */
export function withinOf(store: Store, rollout: string): Within | null {
  for (const { event } of store.read(rollout, 0, 1))
    return event.type === 'rollout.started' || event.type === 'rollout.forked'
      ? (event.within ?? null)
      : null;
  return null;
}

/** The same of one that may be damaged or of a newer Heddle, which then is the person's. */
export function readableWithin(store: Store, rollout: string): Within | null {
  try {
    return withinOf(store, rollout);
  } catch {
    return null;
  }
}
