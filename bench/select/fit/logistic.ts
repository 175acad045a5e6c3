/** One candidate: what was found out about it, and whether it is right. */
export interface Sample {
  /** The first is 1, for the intercept. */
  readonly features: readonly number[];
  readonly right: boolean;
  /** Cases count alike, however many candidates they have. */
  readonly weight: number;
}

/** Pull of every weight but the intercept towards 0: what one suite has few examples of must not become a law. */
const RIDGE = 0.02;
const STEPS = 4_000;
const RATE = 0.5;

/** Logistic regression with a ridge, by gradient descent. */
export function fitLogistic(samples: readonly Sample[]): number[] {
  const size = samples[0]!.features.length;
  const total = samples.reduce((sum, { weight }) => sum + weight, 0);
  const weights = Array<number>(size).fill(0);
  for (let step = 0; step < STEPS; step++) {
    const gradient = weights.map((value, index) => (index === 0 ? 0 : RIDGE * value));
    for (const { features, right, weight } of samples) {
      const error = ((predicted(weights, features) - Number(right)) * weight) / total;
      for (let i = 0; i < size; i++) gradient[i]! += error * features[i]!;
    }
    for (let i = 0; i < size; i++) weights[i]! -= RATE * gradient[i]!;
  }
  return weights;
}

export function predicted(weights: readonly number[], features: readonly number[]): number {
  const sum = weights.reduce((total, weight, index) => total + weight * features[index]!, 0);
  return 1 / (1 + Math.exp(-sum));
}
