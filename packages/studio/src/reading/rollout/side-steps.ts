import type { StudioContext } from '../../server/context.ts';
import type { SideStep } from '../../told/side.ts';
import type { RolloutIndex } from './rollout-index.ts';

/** A step of one side, where it is done by a part of an agent made of agents by which. */
export interface PlacedStep extends SideStep {
  /** Of the part; undefined: it is the rollout's own. */
  readonly path: string | undefined;
}

/**
 * The steps of a rollout, those of its parts where it is made of others: in the order in which these were begun, which is
 * that of `firstParting`. `most`: beyond so many no more are read.
 */
export function sideStepsOf(context: StudioContext, index: RolloutIndex, most: number): PlacedStep[] {
  const steps: PlacedStep[] = [];
  gather(context, index, { part: null, path: undefined }, { steps, most });
  return steps;
}

function gather(
  context: StudioContext,
  { rollout, facts, steps: own }: RolloutIndex,
  by: Pick<PlacedStep, 'part' | 'path'>,
  into: { readonly steps: PlacedStep[]; readonly most: number },
): void {
  const { composition } = facts.tree;
  // What such a rollout does by itself is to begin others and to choose among what they made: its parts act.
  if (composition.delegated.size === 0) for (const { line } of own) into.steps.push({ line, rollout, ...by });
  for (const { begun } of composition.delegated.values()) {
    if (into.steps.length >= into.most) return;
    const part = by.part === null ? facts.tree.labelOf(begun.rollout) : by.part;
    gather(context, context.indexes.of(begun.rollout), { part, path: begun.path }, into);
  }
}
