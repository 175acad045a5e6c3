import { normalFactor, normalQuantile } from './distributions.ts';
import type { Variances } from './results.ts';

/** How often a true difference of that size is to be found, and how often one that is not there may be. */
const POWER = 0.8;
const LEVEL = 0.95;

/** Standard errors between 0 and a difference that is found with 80 % power at the 5 % level: 2.80. */
export const DETECTABLE_IN_SE = normalFactor(LEVEL) + normalQuantile(POWER);

/** Of one attempt of each version at each of n tasks, over all attempts: Miller 2024, equation 10. */
export function detectable(
  { difference, withinA, withinB }: Variances,
  n: number,
  attemptsA: number,
  attemptsB = attemptsA,
): number {
  return DETECTABLE_IN_SE * Math.sqrt((difference + withinA / attemptsA + withinB / attemptsB) / n);
}

/** Tasks to see a difference: Miller 2024, equation 9. */
export function tasksFor(
  delta: number,
  { difference, withinA, withinB }: Variances,
  attemptsA: number,
  attemptsB = attemptsA,
): number {
  const spread = difference + withinA / attemptsA + withinB / attemptsB;
  return whole((DETECTABLE_IN_SE ** 2 * spread) / delta ** 2);
}

/** Attempts a task of both versions to see it with n tasks. Null: no number of attempts does, the tasks differ too much. */
export function attemptsFor(
  delta: number,
  { difference, withinA, withinB }: Variances,
  n: number,
): number | null {
  const left = (n * delta ** 2) / DETECTABLE_IN_SE ** 2 - difference;
  return left > 0 ? whole((withinA + withinB) / left) : null;
}

/** Tasks with one yes or no of each version: `q` the share on which the two differ, `delta` what is to be seen (|delta| <= q). */
export function yesNoTasksFor(delta: number, q: number): number {
  const spread = normalFactor(LEVEL) * Math.sqrt(q) + normalQuantile(POWER) * Math.sqrt(q - delta ** 2);
  return whole((spread / delta) ** 2);
}

/** Rounded up, but not for what rounding alone has added. */
function whole(amount: number): number {
  return Math.max(1, Math.ceil(amount - 1e-9));
}
