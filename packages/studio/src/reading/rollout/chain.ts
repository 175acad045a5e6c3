import type { Recorded, RolloutRow, Store } from '@heddle/core';

/** Whose events stand where in a rollout's journal: a fork's begin with its ancestors'. */
export interface Segment {
  readonly rollout: string;
  /** Positions, both included. */
  readonly from: number;
  readonly to: number;
}

/** Oldest ancestor first; empty: there is no such rollout. */
export function chainOf(store: Store, rollout: string): Segment[] {
  const chain: Segment[] = [];
  let to = Number.POSITIVE_INFINITY;
  for (let id: string | null = rollout; id !== null; ) {
    const row: RolloutRow | undefined = store
      .rollouts({ prefix: id, limit: 1 })
      .find((each) => each.rollout === id);
    if (row === undefined) return [];
    chain.unshift({ rollout: id, from: row.parent === null ? 0 : row.parent.position + 1, to });
    to = row.parent?.position ?? to;
    id = row.parent?.rollout ?? null;
  }
  return chain;
}

/** The events at these positions, both included, in order. */
export function* eventsBetween(
  store: Store,
  chain: readonly Segment[],
  from: number,
  to: number,
): Generator<Recorded> {
  for (const segment of chain) {
    const first = Math.max(from, segment.from);
    const last = Math.min(to, segment.to);
    if (first > last) continue;
    const limit = last === Number.POSITIVE_INFINITY ? [] : [last - first + 1];
    yield* store.read(segment.rollout, first, ...limit);
  }
}
