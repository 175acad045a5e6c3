import type { Sample } from '../sample.ts';
import { mean, sum, variance, variance0 } from './moments.ts';
import type { Noise } from './results.ts';

/**
 * What one attempt's score scatters by, taken apart (Wang 2025, arXiv 2512.21326): between tasks, and between attempts at
 * the same task. Parts that come out below 0 are 0. With one attempt a task only the total is known.
 */
export function noiseOf(samples: readonly Sample[]): Noise {
  const [within, e] = withinTasks(samples);
  return taken(variance0(meansOf(samples)), within, e);
}

/** The same of the difference of two versions on the same tasks, in the same order. */
export function pairedNoise(a: readonly Sample[], b: readonly Sample[]): Noise {
  const [withinA, eA] = withinTasks(a);
  const [withinB, eB] = withinTasks(b);
  const meansB = meansOf(b);
  const differences = meansOf(a).map((value, task) => value - meansB[task]!);
  const both = withinA === null || withinB === null ? null : withinA + withinB;
  return taken(variance0(differences), both, eA + eB);
}

export function meansOf(samples: readonly Sample[]): number[] {
  return samples.map(({ scores }) => mean(scores));
}

/**
 * Mean over tasks of the variance between attempts, and of the variance that is left in a task's mean. Of tasks with one
 * attempt the others' variance is assumed; null where there is none.
 */
export function withinTasks(samples: readonly Sample[]): [within: number | null, ofMeans: number] {
  const known = samples.filter(({ scores }) => scores.length > 1).map(({ scores }) => variance(scores));
  if (known.length === 0) return [null, 0];
  const within = mean(known);
  const left = samples.map(({ scores }) => (scores.length > 1 ? variance(scores) : within) / scores.length);
  return [within, sum(left) / samples.length];
}

function taken(ofMeans: number, within: number | null, e: number): Noise {
  if (within === null) return { total: ofMeans, data: null, prediction: null };
  return { total: ofMeans - e + within, data: Math.max(0, ofMeans - e), prediction: within };
}
