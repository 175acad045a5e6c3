import type { Sample } from '../sample.ts';
import { mean } from './moments.ts';
import { meansOf } from './noise.ts';

/** Fewer clusters are no sample of clusters: nothing is said of others, and tasks count as drawn from these. */
export const FEWEST_CLUSTERS = 5;

/** Which tasks may not be taken for independent: by cluster where there are enough, else each for itself. */
export function clustersOf(samples: readonly Sample[]): string[] {
  return clusterCount(samples) < FEWEST_CLUSTERS
    ? samples.map(({ instance }) => instance)
    : samples.map(({ cluster }) => cluster);
}

export function clusterCount(samples: readonly Sample[]): number {
  return new Set(samples.map(({ cluster }) => cluster)).size;
}

/** All scores are 0 or 1. */
export function areYesNo(samples: readonly Sample[]): boolean {
  return samples.every(
    ({ scores, amounts }) => !amounts && scores.every((score) => score === 0 || score === 1),
  );
}

/** All scores are within 0..1. */
export function areShares(samples: readonly Sample[]): boolean {
  return samples.every(
    ({ scores, amounts }) => !amounts && scores.every((score) => score >= 0 && score <= 1),
  );
}

export function attemptsOf(samples: readonly Sample[]): { total: number; least: number; most: number } {
  const counts = samples.map(({ scores }) => scores.length);
  return {
    total: counts.reduce((total, count) => total + count, 0),
    least: Math.min(...counts),
    most: Math.max(...counts),
  };
}

/** Two versions' samples of the tasks that both have, in the same order, and how many only one has. */
export interface Pairs {
  readonly a: readonly Sample[];
  readonly b: readonly Sample[];
  readonly onlyInA: number;
  readonly onlyInB: number;
}

export function pairsOf(a: readonly Sample[], b: readonly Sample[]): Pairs {
  const others = new Map(b.map((sample) => [sample.instance, sample]));
  const shared = a.filter(({ instance }) => others.has(instance));
  return {
    a: shared,
    b: shared.map(({ instance }) => others.get(instance)!),
    onlyInA: a.length - shared.length,
    onlyInB: b.length - shared.length,
  };
}

/** a - b by task. */
export function differencesOf({ a, b }: Pick<Pairs, 'a' | 'b'>): number[] {
  const meansB = meansOf(b);
  return a.map(({ scores }, task) => mean(scores) - meansB[task]!);
}
