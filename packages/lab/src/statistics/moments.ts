/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** Sum of squared distances from the mean. */
function squares(values: readonly number[]): number {
  const middle = mean(values);
  let total = 0;
  for (const value of values) total += (value - middle) ** 2;
  return total;
}

/** Divided by the count. */
export function variance0(values: readonly number[]): number {
  return squares(values) / values.length;
}

/** Divided by the count less 1: NaN of a single value. */
export function variance(values: readonly number[]): number {
  return values.length < 2 ? Number.NaN : squares(values) / (values.length - 1);
}

/** Of the mean: sqrt(s²/N). For yes and no this is sqrt(p(1-p)/(N-1)). */
export function standardError(values: readonly number[]): number {
  return Math.sqrt(variance(values) / values.length);
}

/** Pearson's; null where one of the two does not vary. */
export function correlation(a: readonly number[], b: readonly number[]): number | null {
  const spread = Math.sqrt(variance0(a) * variance0(b));
  return spread > 0 ? Math.max(-1, Math.min(1, covariance0(a, b) / spread)) : null;
}

/** Divided by the count. */
function covariance0(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return sum(a.map((value, index) => (value - meanA) * (b[index]! - meanB))) / a.length;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
