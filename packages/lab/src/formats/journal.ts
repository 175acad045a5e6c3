import type { Recorded, Store } from '@heddle/core';

/** Events read at once: some hundred kilobytes, however long the journal is. */
const PAGE = 256;

/**
 * All events of a rollout from the first of its oldest ancestor on, a page at a time, so that a journal of any length can
 * be passed through. `inherited`: of a past that it shares with a parent.
 */
export function* journalOf(
  store: Store,
  rollout: string,
  upTo = Number.POSITIVE_INFINITY,
): Generator<Recorded & { readonly inherited: boolean }> {
  const row = store.rollouts({ prefix: rollout }).find((each) => each.rollout === rollout);
  if (row === undefined) return;
  let next = 0;
  if (row.parent !== null) {
    const end = Math.min(row.parent.position, upTo);
    for (const recorded of journalOf(store, row.parent.rollout, end)) yield { ...recorded, inherited: true };
    next = row.parent.position + 1;
  }
  for (;;) {
    let read = 0;
    for (const recorded of store.read(rollout, next, PAGE)) {
      if (recorded.position > upTo) return;
      yield { ...recorded, inherited: false };
      next = recorded.position + 1;
      read += 1;
    }
    if (read < PAGE) return;
  }
}
