import type { StudioContext } from '../../server/context.ts';
import type { RolloutNews } from '../../told/rollout.ts';
import type { StepsTold } from '../../told/steps.ts';
import { headOf } from './head.ts';
import type { RolloutIndex } from './rollout-index.ts';

/** Steps told at once; the page asks for what it shows. */
const MOST_STEPS = 500;

/** A window of the timeline. `from`: the index of the first step; negative: from the end. */
export function stepsOf(index: RolloutIndex, { from, limit }: { from: number; limit: number }): StepsTold {
  const total = index.steps.length;
  const first = from < 0 ? Math.max(0, total + from) : Math.min(from, total);
  const steps = index.steps.slice(first, first + Math.min(limit, MOST_STEPS));
  return { steps: steps.map(({ line }) => line), total, from: first, cursor: index.last };
}

/** What is new since a cursor (null: since ever); null: nothing is. */
export function newsOf(
  context: StudioContext,
  rollout: string,
  cursor: string | null,
): { readonly cursor: string; readonly data: RolloutNews } | null {
  const index = context.indexes.of(rollout);
  const head = headOf(context, index);
  if (head.cursor === cursor) return null;
  const known = Number.parseInt(cursor ?? '', 10);
  const since = Number.isNaN(known) ? -1 : known;
  // Steps end in order, so those with something new are the last ones.
  const first = index.steps.findIndex(({ last }) => last > since);
  const from = Math.max(first === -1 ? index.steps.length : first, index.steps.length - MOST_STEPS);
  const steps = index.steps.slice(from).map(({ line }) => line);
  return { cursor: head.cursor, data: { head, steps, from, total: index.steps.length } };
}
