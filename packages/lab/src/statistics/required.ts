import { clusterRobust } from './clusters.ts';
import { standardError, variance } from './moments.ts';
import { pairedNoise, withinTasks } from './noise.ts';
import { attemptsFor, DETECTABLE_IN_SE, tasksFor, yesNoTasksFor } from './power.ts';
import type { Required, Variances } from './results.ts';
import { areYesNo, attemptsOf, clustersOf, differencesOf, type Pairs } from './tasks.ts';

/** What the error of a comparison is made of, as two versions on the same tasks showed it. Null with one attempt a task. */
export function measuredVariances({ a, b }: Pick<Pairs, 'a' | 'b'>): Variances | null {
  const { data } = pairedNoise(a, b);
  const [[withinA], [withinB]] = [withinTasks(a), withinTasks(b)];
  if (data === null || withinA === null || withinB === null) return null;
  return { difference: data, withinA, withinB, source: 'as measured on these tasks' };
}

/**
 * What it would take to see `difference`, going by how these scores scatter. Null of no difference, of a single task, or
 * where they do not scatter at all: a handful that came out alike says nothing of others.
 */
export function requiredFor(difference: number, { a, b }: Pick<Pairs, 'a' | 'b'>): Required | null {
  const values = differencesOf({ a, b });
  const n = values.length;
  if (difference === 0 || n < 2) return null;
  const delta = Math.abs(difference);
  const effect = designEffect(values, clustersOf(a));
  const [perTaskA, perTaskB] = [a, b].map((samples) => attemptsOf(samples).total / n) as [number, number];
  const measured = measuredVariances({ a, b });
  if (measured !== null && measured.difference + measured.withinA + measured.withinB <= 0) return null;
  const independent = measured
    ? tasksFor(delta, measured, perTaskA, perTaskB)
    : singleTasks(delta, values, areYesNo(a) && areYesNo(b));
  const tasks = Math.ceil(independent * effect);
  const attempts = measured && attemptsFor(delta, measured, n / effect);
  const byTasks = Math.ceil(tasks * (perTaskA + perTaskB));
  const trials = attempts === null ? byTasks : Math.min(byTasks, 2 * attempts * n);
  return { difference, tasks, attempts, trials };
}

/** Of one attempt a task: the form for yes and no where it is one, else by the differences' own variance. */
function singleTasks(delta: number, values: readonly number[], yesNo: boolean): number {
  if (!yesNo) return Math.max(1, Math.ceil((DETECTABLE_IN_SE ** 2 * variance(values)) / delta ** 2));
  const differing = values.filter((value) => value !== 0).length / values.length;
  return yesNoTasksFor(delta, Math.max(delta, differing));
}

function designEffect(values: readonly number[], clusters: readonly string[]): number {
  const plain = standardError(values);
  return plain > 0 ? (clusterRobust(values, clusters).se / plain) ** 2 : 1;
}
