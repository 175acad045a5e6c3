import { mean, standardError, sum, variance } from './moments.ts';

/** Values of the same cluster, by cluster, in the order of first appearance. */
function groups(values: readonly number[], clusters: readonly string[]): number[][] {
  const found = new Map<string, number[]>();
  values.forEach((value, index) => {
    const own = found.get(clusters[index]!);
    if (own) own.push(value);
    else found.set(clusters[index]!, [value]);
  });
  return [...found.values()];
}

/** Standard errors of a mean whose values come in clusters, in the forms that are in use. */
export interface ClusteredErrors {
  /** As if no two values had anything in common. */
  readonly plain: number;
  /** Miller 2024, equation 3: the plain one plus what pairs within clusters have in common. */
  readonly pairs: number;
  /** Sum of squares of the clusters' sums (Liang and Zeger 1986). */
  readonly squares: number;
  /** That times sqrt(C/(C-1)), as Inspect has it. */
  readonly corrected: number;
}

export function clusteredErrors(values: readonly number[], clusters: readonly string[]): ClusteredErrors {
  const middle = mean(values);
  const n = values.length;
  const sets = groups(values, clusters);
  let together = 0;
  let apart = 0;
  for (const set of sets) {
    const off = set.map((value) => value - middle);
    const own = sum(off.map((value) => value * value));
    together += sum(off) ** 2;
    apart += sum(off) ** 2 - own;
  }
  const plain = standardError(values);
  const squares = Math.sqrt(together) / n;
  return {
    plain,
    // Values that repel each other within clusters can bring it below 0.
    pairs: Math.sqrt(Math.max(0, plain ** 2 + apart / n ** 2)),
    squares,
    corrected: squares * Math.sqrt(sets.length / (sets.length - 1)),
  };
}

/** A standard error, and how many degrees of freedom it rests on. */
export interface Spread {
  readonly se: number;
  readonly df: number;
}

/**
 * Of the mean of values that come in clusters, for few clusters of unequal size as well: the bias-reduced variance (CR2)
 * with the degrees of freedom of Bell and McCaffrey 2002, as Imbens and Kolesár 2016 extend them by the correlation within
 * clusters. Where no two values share a cluster it is the plain standard error with n - 1.
 */
export function clusterRobust(values: readonly number[], clusters: readonly string[]): Spread {
  const sets = groups(values, clusters);
  const n = values.length;
  if (sets.length === n) return { se: standardError(values), df: n - 1 };
  if (sets.length < 2) return { se: Number.NaN, df: 0 };
  const middle = mean(values);
  const sizes = sets.map((set) => set.length);
  // Of a design with only an intercept, the inverse root of I - H comes down to this factor for a cluster's sum.
  const scale = sizes.map((size) => 1 / (1 - size / n));
  const squared = sets.map((set, index) => (sum(set) - set.length * middle) ** 2 * scale[index]!);
  return { se: Math.sqrt(sum(squared)) / n, df: degreesOfFreedom(sizes, scale, intraclass(sets)) };
}

/** Satterthwaite's: (tr Γ)² / tr Γ², Γ the covariance of the clusters' scaled residual sums. */
function degreesOfFreedom(sizes: readonly number[], scale: readonly number[], icc: number): number {
  const n = sum(sizes);
  const own = sizes.map((size) => size * (1 + (size - 1) * icc));
  const whole = sum(own);
  let trace = 0;
  let squares = 0;
  for (let g = 0; g < sizes.length; g++) {
    for (let h = 0; h < sizes.length; h++) {
      const [shareG, shareH] = [sizes[g]! / n, sizes[h]! / n];
      const covariance =
        (g === h ? own[g]! : 0) - shareH * own[g]! - shareG * own[h]! + shareG * shareH * whole;
      squares += scale[g]! * scale[h]! * covariance ** 2;
      if (g === h) trace += scale[g]! * covariance;
    }
  }
  return trace ** 2 / squares;
}

/** How alike values of one cluster are, 0 to 1: by analysis of variance, for clusters of unequal size (Donner 1986). */
export function intraclass(sets: readonly (readonly number[])[]): number {
  const n = sum(sets.map((set) => set.length));
  const count = sets.length;
  if (count < 2 || n === count) return 0;
  const middle = sum(sets.map(sum)) / n;
  const between = sum(sets.map((set) => set.length * (mean(set) - middle) ** 2)) / (count - 1);
  const within =
    sum(sets.map((set) => (set.length < 2 ? 0 : variance(set) * (set.length - 1)))) / (n - count);
  const size = (n - sum(sets.map((set) => set.length ** 2)) / n) / (count - 1);
  const spread = between + (size - 1) * within;
  return spread > 0 ? Math.max(0, Math.min(1, (between - within) / spread)) : 0;
}
