import type { TaskValues } from './intervals.ts';
import { numbersOf } from './random.ts';
import type { Interval } from './results.ts';
import { counted } from './words.ts';

export interface Resampling {
  /** The same seed gives the same interval. */
  readonly seed: string;
  readonly resamples?: number;
  readonly level?: number;
}

/** Enough for the bounds to be good to a hundredth of the interval's width. */
export const RESAMPLES = 10_000;

/** Of the mean over tasks: percentiles over drawn tasks, or drawn clusters where tasks share them, with all their attempts. */
export function bootstrapMean(tasks: TaskValues, resampling: Resampling): Interval {
  return bootstrapRatio(
    tasks.values,
    tasks.values.map(() => 1),
    tasks.clusters,
    resampling,
  );
}

/** Of the ratio of two sums over the same tasks. Draws whose lower sum is 0 count as infinite. */
export function bootstrapRatio(
  upper: readonly number[],
  lower: readonly number[],
  clusters: readonly string[],
  { seed, resamples = RESAMPLES, level = 0.95 }: Resampling,
): Interval {
  const index = new Map([...new Set(clusters)].map((cluster, at) => [cluster, at]));
  const count = index.size;
  const uppers = new Float64Array(count);
  const lowers = new Float64Array(count);
  upper.forEach((value, task) => {
    const cluster = index.get(clusters[task]!)!;
    uppers[cluster]! += value;
    lowers[cluster]! += lower[task]!;
  });
  const next = numbersOf(seed);
  const drawn = new Float64Array(resamples);
  for (let draw = 0; draw < resamples; draw++) {
    let [above, below] = [0, 0];
    for (let member = 0; member < count; member++) {
      const cluster = Math.floor(next() * count);
      above += uppers[cluster]!;
      below += lowers[cluster]!;
    }
    drawn[draw] = below === 0 ? Number.POSITIVE_INFINITY : above / below;
  }
  drawn.sort();
  const at = (share: number) => drawn[Math.round(share * (resamples - 1))]!;
  const what = count === clusters.length ? 'task' : 'cluster';
  const [above, below] = [uppers, lowers].map((sums) => sums.reduce((total, each) => total + each, 0));
  return {
    value: above! / below!,
    low: at((1 - level) / 2),
    high: at(1 - (1 - level) / 2),
    method: `bootstrap over ${counted(count, what)}, percentiles of ${counted(resamples, 'resample')}, seed "${seed}"`,
  };
}
