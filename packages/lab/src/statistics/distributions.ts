import betaDistribution from '@stdlib/stats-base-dists-beta';
import normalDistribution from '@stdlib/stats-base-dists-normal';
import student from '@stdlib/stats-base-dists-t';

/** What |Z| of the standard normal exceeds with probability `1 - level`: 1.96 at 0.95. */
export function normalFactor(level: number): number {
  return normalQuantile(0.5 + level / 2);
}

export function normalQuantile(probability: number): number {
  return normalDistribution.quantile(probability, 0, 1);
}

/** What |T| of Student's t exceeds with probability `1 - level`: 2.06 at 0.95 for 24 degrees of freedom. They need not be whole. */
export function studentFactor(df: number, level: number): number {
  if (df <= 0) return Number.POSITIVE_INFINITY;
  const key = `${df} ${level}`;
  const known = factors.get(key);
  if (known !== undefined) return known;
  const factor = student.quantile(0.5 + level / 2, df);
  if (factors.size >= MAX_FACTORS) factors.clear();
  factors.set(key, factor);
  return factor;
}

/** A quantile takes 15 µs, and simulations ask for the same few again and again. */
const factors = new Map<string, number>();
const MAX_FACTORS = 10_000;

/** P(|T| > |t|). */
export function studentTwoSided(t: number, df: number): number {
  if (df <= 0 || Number.isNaN(t)) return 1;
  return Math.min(1, 2 * student.cdf(-Math.abs(t), df));
}

/** P(X <= k), X the number of heads of n fair coins. */
export function fairCoins(k: number, n: number): number {
  if (k < 0) return 0;
  if (k >= n) return 1;
  return betaDistribution.cdf(0.5, n - k, k + 1);
}

/** P(Z > z). */
export function normalTail(z: number): number {
  return normalDistribution.cdf(-z, 0, 1);
}
