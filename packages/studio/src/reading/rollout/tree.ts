import type { RolloutRow } from '@heddle/core';
import type { StudioContext } from '../../server/context.ts';
import type { TreeNode, TreeTold } from '../../told/rollout.ts';

/** Told at once: more forks than anybody makes by hand. */
const MOST_NODES = 200;

/** The tree of forks that a rollout stands in, from its oldest ancestor down, each before its own forks. */
export function treeOf({ store, lines }: StudioContext, rollout: string): TreeTold {
  const rows = new Map(store.rollouts().map((row) => [row.rollout, row]));
  const forks = Map.groupBy(rows.values(), ({ parent }) => parent?.rollout ?? '');
  let root = rows.get(rollout);
  while (root?.parent != null && rows.has(root.parent.rollout)) root = rows.get(root.parent.rollout);
  const nodes: TreeNode[] = [];
  let more = 0;
  const visit = (row: RolloutRow, depth: number) => {
    if (nodes.length >= MOST_NODES) more += 1;
    else {
      const step = row.parent === null ? null : stepOfFork(row);
      nodes.push({
        rollout: row.rollout,
        parent: row.parent?.rollout ?? null,
        step,
        depth,
        line: lines.of(row),
      });
    }
    const below = (forks.get(row.rollout) ?? []).toSorted((a, b) => a.createdAt - b.createdAt);
    for (const fork of below) visit(fork, depth + 1);
  };
  /** Its first own event says it. */
  const stepOfFork = (row: RolloutRow): number | null => {
    for (const { event } of store.read(row.rollout, 0, 1))
      return event.type === 'rollout.forked' ? event.parent.step : null;
    return null;
  };
  if (root !== undefined) visit(root, 0);
  return { nodes, more };
}
