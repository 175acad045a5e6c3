import { clusterRobust } from './clusters.ts';
import { studentFactor } from './distributions.ts';
import { mean, sum } from './moments.ts';
import { type Bounds, wilson } from './proportion.ts';
import type { Interval } from './results.ts';
import { counted } from './words.ts';

/** One value for each task, with the cluster it belongs to; a cluster of its own where it shares none. */
export interface TaskValues {
  readonly values: readonly number[];
  readonly clusters: readonly string[];
  /** What the values are of, for the method's words. Default `task`. */
  readonly noun?: string;
}

/**
 * Of the mean of any values over tasks: Student's, mean ± t·SE; with clusters the robust SE and its degrees of freedom.
 * Infinite where one task or one cluster is all there is.
 */
export function meanInterval(tasks: TaskValues, level = 0.95): Interval {
  const value = mean(tasks.values);
  const { se, df } = clusterRobust(tasks.values, tasks.clusters);
  const half = df > 0 ? studentFactor(df, level) * se : Number.POSITIVE_INFINITY;
  return { value, low: value - half, high: value + half, method: `Student's t, ${over(tasks, df)}` };
}

/**
 * Of the mean of values in 0..1 over tasks, for "on tasks like these": Wilson's interval for the sample size that the
 * robust standard error amounts to, with Student's factor (Korn and Graubard 1998; Dean and Pagano 2015). Of one yes or no
 * a task and no clusters that is Wilson's own. Unlike mean ± t·SE it holds near 0 and 1, and where all are 0 or 1.
 * `answers`: how many yes or no the values are made of; they cannot be worth more than that. Null where they are made of
 * none (rewards, squared errors): then the error allows for a rare value that has not been seen.
 */
export function shareInterval(tasks: TaskValues, answers: number | null, level = 0.95): Interval {
  const { values, clusters } = tasks;
  const n = values.length;
  const value = mean(values);
  const alone = new Set(clusters).size === n;
  if (alone && values.every((each) => each === 0 || each === 1)) {
    const [low, high] = wilson(sum(values), n, level);
    return { value, low, high, method: `Wilson, ${over(tasks, n - 1)}` };
  }
  const spread = clusterRobust(values, clusters);
  const unseen = answers === null ? (UNSEEN * (1 - 2 * value) ** 4) / n ** 2 : 0;
  const worth = (value * (1 - value)) / (spread.se ** 2 + unseen);
  const size = Math.max(fewest(clusters), Math.min(answers ?? worth, worth || 0));
  const [low, high]: Bounds =
    size === Number.POSITIVE_INFINITY
      ? [value, value]
      : wilson(value * size, size, level, studentFactor(spread.df, level));
  const amount = size < 1e4 ? `, worth ${size.toFixed(0)} independent answers` : '';
  return { value, low, high, method: `Wilson, ${over(tasks, spread.df)}${amount}` };
}

/**
 * Square of that value's distance, at a mean of 0 or 1. By simulation: without it squared errors that are mostly tiny are
 * covered by 88 of 100 intervals, with it by 95 (docs/decisions/0011-intervals.md).
 */
const UNSEEN = 0.17;

/** What an interval and a test of the mean difference rest on. */
export interface Centre {
  readonly centre: number;
  readonly se: number;
  readonly df: number;
}

/**
 * Of differences in -1..1 by task: two tasks are added that differ both ways by as much as those that differ do (Bonett and
 * Price 2012, there for one yes or no a task). Without them, an interval over few tasks that differ is too short, and of
 * width 0 where none does.
 */
export function withTwoAdded({ values, clusters }: TaskValues): Centre {
  const n = values.length;
  const { se, df } = clusterRobust(values, clusters);
  const differing = values.filter((value) => value !== 0);
  const square = differing.length === 0 ? 1 : mean(differing.map((value) => value * value));
  return {
    centre: sum(values) / (n + ADDED),
    se: Math.sqrt((n * se) ** 2 + ADDED * square) / (n + ADDED),
    df,
  };
}

const ADDED = 2;

/** Of the mean of differences in -1..1 over tasks: Student's, with two tasks added. */
export function differenceInterval(tasks: TaskValues, level = 0.95): Interval {
  const { centre, se, df } = withTwoAdded(tasks);
  const half = df > 0 ? studentFactor(df, level) * se : Number.POSITIVE_INFINITY;
  return {
    value: mean(tasks.values),
    low: Math.max(-1, centre - half),
    high: Math.min(1, centre + half),
    method: `Student's t with two tasks added (Bonett and Price), ${over(tasks, df)}`,
  };
}

/** What the tasks are worth at least: no more than one answer each cluster, of even size. */
function fewest(clusters: readonly string[]): number {
  const sizes = new Map<string, number>();
  for (const cluster of clusters) sizes.set(cluster, (sizes.get(cluster) ?? 0) + 1);
  return clusters.length ** 2 / sum([...sizes.values()].map((size) => size * size));
}

function over({ clusters, noun = 'task' }: TaskValues, df: number): string {
  const count = new Set(clusters).size;
  const tasks = counted(clusters.length, noun);
  if (count === clusters.length) return tasks;
  return `${tasks} of ${counted(count, 'cluster')} (CR2, ${df.toFixed(1)} degrees of freedom)`;
}
