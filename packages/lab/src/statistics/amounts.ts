import { OperatorError } from '@heddle/core';
import type { Sample } from '../sample.ts';
import { bootstrapRatio, RESAMPLES } from './bootstrap.ts';
import { clusterRobust } from './clusters.ts';
import { studentFactor } from './distributions.ts';
import { mean, median, sum } from './moments.ts';
import { meansOf } from './noise.ts';
import type { AmountComparison, AmountSummary, Interval } from './results.ts';
import { clustersOf, pairsOf } from './tasks.ts';
import { counted } from './words.ts';

export interface AmountOptions {
  /** Yes or no of the same attempts, for what one solved attempt costs. */
  readonly solved?: { readonly a: readonly Sample[]; readonly b: readonly Sample[] };
  readonly level?: number;
  /** Of the bootstrap. */
  readonly seed?: string;
  /** Of the bootstrap. Default 10,000. */
  readonly resamples?: number;
}

/**
 * Money, tokens or seconds (`scores`, one for each attempt, not below 0) of two versions on the tasks both have attempts
 * at. Throws OperatorError `no-shared-tasks` if there are none.
 */
export function compareAmounts(
  a: readonly Sample[],
  b: readonly Sample[],
  { solved, level = 0.95, seed = 'amounts', resamples = RESAMPLES }: AmountOptions = {},
): AmountComparison {
  const pairs = pairsOf(a, b);
  if (pairs.a.length === 0) {
    throw new OperatorError(
      'no-shared-tasks',
      'The two versions have no task in common that both have attempted.',
      {
        hint: 'Run both over the same dataset: only amounts for the same tasks are compared.',
      },
    );
  }
  const [upper, lower] = [meansOf(pairs.a), meansOf(pairs.b)];
  const clusters = clustersOf(pairs.a);
  return {
    tasks: pairs.a.length,
    a: summaryOf(pairs.a, solved?.a),
    b: summaryOf(pairs.b, solved?.b),
    ratio: ratioInterval(upper, lower, clusters, level),
    bootstrap: bootstrapRatio(upper, lower, clusters, { seed, level, resamples }),
  };
}

function summaryOf(samples: readonly Sample[], solved: readonly Sample[] | undefined): AmountSummary {
  const all = samples.flatMap(({ scores }) => scores);
  const here = new Set(samples.map(({ instance }) => instance));
  const right = solved?.filter(({ instance }) => here.has(instance)).flatMap(({ scores }) => scores) ?? [];
  const total = sum(all);
  return {
    total,
    attempts: all.length,
    median: median(all),
    mean: mean(meansOf(samples)),
    perSolved: sum(right) > 0 ? total / sum(right) : null,
  };
}

/**
 * Of the ratio of two sums over the same tasks, by Fieller's theorem (1954): the ratios that a test of `upper - ratio *
 * lower` does not refuse, with robust standard errors and Student's factor. Amounts are skewed, a few attempts cost most:
 * the bootstrap and the logarithm's interval are too short then, this one holds.
 */
function ratioInterval(
  upper: readonly number[],
  lower: readonly number[],
  clusters: readonly string[],
  level = 0.95,
): Interval {
  const [above, below] = [mean(upper), mean(lower)];
  const value = above / below;
  const residual = clusterRobust(
    upper.map((amount, task) => amount - value * lower[task]!),
    clusters,
  );
  const method = `Fieller, ${counted(upper.length, 'task')}`;
  const square = studentFactor(residual.df, level) ** 2;
  const varianceOf = (values: readonly number[]) => square * clusterRobust(values, clusters).se ** 2;
  const [ofUpper, ofLower] = [varianceOf(upper), varianceOf(lower)];
  const both = (ofUpper + ofLower - varianceOf(upper.map((amount, task) => amount - lower[task]!))) / 2;
  const a = below ** 2 - ofLower;
  const b = above * below - both;
  const c = above ** 2 - ofUpper;
  // Not above 0: the lower sum cannot be told from none.
  if (!(a > 0)) return { value, low: 0, high: Number.POSITIVE_INFINITY, method };
  const root = Math.sqrt(Math.max(0, b ** 2 - a * c));
  return { value, low: Math.max(0, (b - root) / a), high: (b + root) / a, method };
}
