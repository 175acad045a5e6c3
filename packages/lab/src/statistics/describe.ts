import { OperatorError } from '@heddle/core';
import type { Sample } from '../sample.ts';
import { clusteredErrors, clusterRobust } from './clusters.ts';
import { normalFactor } from './distributions.ts';
import { meanInterval, shareInterval, type TaskValues } from './intervals.ts';
import { standardError, sum } from './moments.ts';
import { meansOf, noiseOf, withinTasks } from './noise.ts';
import { passAll, passAt } from './pass.ts';
import { wilson } from './proportion.ts';
import type { Description, Interval, PassRate, StandardErrors } from './results.ts';
import { areShares, areYesNo, attemptsOf, clusterCount, clustersOf } from './tasks.ts';
import { counted } from './words.ts';

export interface DescribeOptions {
  /** Which k of pass@k and pass^k; by default 1, 2, 4… up to the fewest attempts of a task, and that itself. */
  readonly ks?: readonly number[];
  /** Of the intervals. Default 0.95. */
  readonly level?: number;
}

/** One version over its tasks. Throws OperatorError `no-samples` if there are none. */
export function describeSamples(samples: readonly Sample[], options: DescribeOptions = {}): Description {
  if (samples.length === 0) {
    throw new OperatorError('no-samples', 'No task has a scored attempt yet.', {
      hint: 'Let the experiment go on, or look at its trials for what keeps them from being scored.',
    });
  }
  const { ks, level = 0.95 } = options;
  const attempts = attemptsOf(samples);
  const tasks: TaskValues = { values: meansOf(samples), clusters: clustersOf(samples) };
  const se = errorsOf(tasks, samples);
  const yesNo = areYesNo(samples);
  const mean = areShares(samples)
    ? shareInterval(tasks, yesNo ? attempts.total : null, level)
    : meanInterval(tasks, level);
  return {
    tasks: samples.length,
    clusters: clusterCount(samples),
    attempts,
    mean,
    onTheseTasks: onTheseTasks(mean.value, se.prediction, samples, level),
    se,
    noise: noiseOf(samples),
    designEffect: se.total !== null && se.unclustered ? (se.total / se.unclustered) ** 2 : 1,
    passed: yesNo ? (ks ?? usualKs(attempts.least)).flatMap((k) => passRate(samples, k, level) ?? []) : null,
    solved: yesNo ? solvedOf(tasks.values) : null,
  };
}

/** Of the mean of one value a task, the attempts' scatter taken from the samples it comes from. */
export function errorsOf(tasks: TaskValues, ...versions: readonly (readonly Sample[])[]): StandardErrors {
  const alone = new Set(tasks.clusters).size === tasks.values.length;
  const left = versions.map((samples) => withinTasks(samples));
  const { pairs, corrected } = clusteredErrors(tasks.values, tasks.clusters);
  return {
    total: known(clusterRobust(tasks.values, tasks.clusters).se),
    prediction: left.some(([within]) => within === null)
      ? null
      : Math.sqrt(sum(left.map(([, ofMeans]) => ofMeans)) / tasks.values.length),
    unclustered: known(standardError(tasks.values)),
    clustered: alone ? null : { miller: pairs, inspect: corrected },
  };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/**
 * Wilson's for as many answers as the attempts' scatter amounts to, at least as many as there are: on given tasks the
 * answers of one task are more alike than drawn ones.
 */
function onTheseTasks(
  value: number,
  se: number | null,
  samples: readonly Sample[],
  level: number,
): Interval | null {
  if (se === null) return null;
  const { total } = attemptsOf(samples);
  if (!areShares(samples)) {
    const half = normalFactor(level) * se;
    return { value, low: value - half, high: value + half, method: `normal, ${counted(total, 'attempt')}` };
  }
  const size = se > 0 && value > 0 && value < 1 ? Math.max(total, (value * (1 - value)) / se ** 2) : total;
  const [low, high] = wilson(value * size, size, level);
  return { value, low, high, method: `Wilson, ${counted(total, 'attempt')} at these tasks` };
}

function usualKs(attempts: number): number[] {
  const ks = [];
  for (let k = 1; k < attempts; k *= 2) ks.push(k);
  return [...ks, attempts];
}

/** Null: no task has as many attempts. */
function passRate(samples: readonly Sample[], k: number, level: number): PassRate | null {
  const enough = samples.filter(({ scores }) => scores.length >= k);
  if (enough.length === 0 || k < 1) return null;
  const clusters = clustersOf(enough);
  const { total, least, most } = attemptsOf(enough);
  const of = (value: typeof passAt) => {
    const values = enough.map(({ scores }) => value(scores.length, sum(scores), k));
    const tasks = { values, clusters };
    return [shareInterval(tasks, total, level), known(clusterRobust(values, clusters).se)] as const;
  };
  const [any, anySe] = of(passAt);
  const [all, allSe] = of(passAll);
  return { k, n: [least, most], tasks: enough.length, any, anySe, all, allSe };
}

function solvedOf(means: readonly number[]): NonNullable<Description['solved']> {
  const always = means.filter((value) => value === 1).length;
  const never = means.filter((value) => value === 0).length;
  return { always, flaky: means.length - always - never, never };
}
