import type { Store } from '@heddle/core';
import type { ExperimentPlan } from './plan.ts';

/** Instances of a plan that people have marked as broken -> why. They count like all others unless somebody leaves them out. */
export function brokenInstances(
  store: Store,
  { dataset, instances }: Pick<ExperimentPlan, 'dataset' | 'instances'>,
): ReadonlyMap<string, string> {
  const marks = store.ratings.marks(dataset.name, dataset.version).filter(({ broken }) => broken);
  const ids = new Set(marks.length === 0 ? [] : instances.map(({ id }) => id));
  return new Map(
    marks.filter(({ instance }) => ids.has(instance)).map(({ instance, note }) => [instance, note]),
  );
}

/** `1 of 5 instances is marked as broken; it counts` */
export function brokenWords(broken: number, of: number, leftOut = false): string {
  const [is, counts] = broken === 1 ? ['is', 'it counts'] : ['are', 'they count'];
  const so = leftOut ? ' and left out' : `; ${counts}`;
  return `${broken} of ${of} ${of === 1 ? 'instance' : 'instances'} ${is} marked as broken${so}`;
}
