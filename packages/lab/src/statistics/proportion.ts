import { normalFactor } from './distributions.ts';

export type Bounds = readonly [low: number, high: number];

/**
 * Wilson's score interval for `k` of `n` (Wilson 1927); both may be fractions, for an effective sample size. `factor`: how
 * many standard errors, the normal distribution's unless Student's is called for.
 */
export function wilson(k: number, n: number, level = 0.95, factor = normalFactor(level)): Bounds {
  if (n === 0 || !Number.isFinite(factor)) return [0, 1];
  const p = k / n;
  const square = (factor * factor) / n;
  const middle = (p + square / 2) / (1 + square);
  const half = (factor * Math.sqrt((p * (1 - p)) / n + square / (4 * n))) / (1 + square);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
