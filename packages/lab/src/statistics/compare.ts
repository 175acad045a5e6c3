import { OperatorError } from '@heddle/core';
import type { Sample } from '../sample.ts';
import { bootstrapMean, RESAMPLES } from './bootstrap.ts';
import { clusterRobust } from './clusters.ts';
import { benjaminiHochberg, holm } from './corrections.ts';
import { describeSamples, errorsOf } from './describe.ts';
import { normalFactor } from './distributions.ts';
import { type Centre, differenceInterval, meanInterval, type TaskValues, withTwoAdded } from './intervals.ts';
import { earlyLook, type Progress } from './looks.ts';
import { correlation, mean } from './moments.ts';
import { meansOf, pairedNoise } from './noise.ts';
import { DETECTABLE_IN_SE } from './power.ts';
import { requiredFor } from './required.ts';
import type { Comparison, Flip, Interval, McNemar, Slice, Test } from './results.ts';
import {
  areShares,
  areYesNo,
  attemptsOf,
  clusterCount,
  clustersOf,
  differencesOf,
  FEWEST_CLUSTERS,
  type Pairs,
  pairsOf,
} from './tasks.ts';
import { mcnemar, signFlip, studentTest } from './tests.ts';
import { counted } from './words.ts';

export interface CompareOptions {
  /** A difference one would like to see, as a share; what it would take is in `required`. By default the measured one. */
  readonly difference?: number;
  /** Of the whole experiment: while trials are missing, a warning says so. */
  readonly progress?: Progress;
  /** Of the intervals. Default 0.95. */
  readonly level?: number;
  /** Of the bootstrap and drawn signs. */
  readonly seed?: string;
  /** Of the bootstrap. Default 10,000. */
  readonly resamples?: number;
}

/** From so many tasks on Student's test is used; below, signs are flipped. */
const MANY_TASKS = 100;

/** Below so many degrees of freedom the robust standard error is not to be relied on (Tipton 2015). */
const FEWEST_DF = 4;

/**
 * Two versions on the tasks both have attempts at, task by task: differences are a - b. Throws OperatorError
 * `no-shared-tasks` if there are none.
 */
export function comparePaired(
  a: readonly Sample[],
  b: readonly Sample[],
  options: CompareOptions = {},
): Comparison {
  const pairs = pairsOf(a, b);
  if (pairs.a.length === 0) {
    throw new OperatorError(
      'no-shared-tasks',
      'The two versions have no task in common that both have attempted.',
      {
        hint: 'Run both over the same dataset: only differences on the same tasks are compared.',
      },
    );
  }
  const { level = 0.95, seed = 'compare', resamples = RESAMPLES } = options;
  const tasks: TaskValues = { values: differencesOf(pairs), clusters: clustersOf(pairs.a) };
  const [ofA, ofB] = [describeSamples(pairs.a, { level }), describeSamples(pairs.b, { level })];
  const se = errorsOf(tasks, pairs.a, pairs.b);
  const shares = areShares(pairs.a) && areShares(pairs.b);
  const centre = centreOf(pairs, tasks);
  const yesNo = areYesNo(pairs.a) && areYesNo(pairs.b);
  const difference = shares ? differenceInterval(tasks, level) : meanInterval(tasks, level);
  return {
    tasks: pairs.a.length,
    onlyInA: pairs.onlyInA,
    onlyInB: pairs.onlyInB,
    clusters: ofA.clusters,
    attempts: { a: [ofA.attempts.least, ofA.attempts.most], b: [ofB.attempts.least, ofB.attempts.most] },
    a: ofA.mean,
    b: ofB.mean,
    difference,
    onTheseTasks: onTheseTasks(difference.value, se.prediction, pairs, level),
    bootstrap: bootstrapMean(tasks, { seed: `${seed} difference`, level, resamples }),
    se: { ...se, unpaired: unpaired(ofA.se.total, ofB.se.total) },
    test: testOf(pairs, tasks, centre, seed),
    mcnemar: mcnemarOf(pairs, tasks.values),
    wins: yesNo ? winsOf(pairs) : null,
    noise: pairedNoise(pairs.a, pairs.b),
    correlation: correlation(meansOf(pairs.a), meansOf(pairs.b)),
    detectable: Number.isNaN(centre.se) ? null : DETECTABLE_IN_SE * centre.se,
    required: requiredFor(options.difference ?? difference.value, pairs),
    flipped: flipsOf(pairs, tasks.values),
    slices: slicesOf(pairs, tasks.values, shares, level, seed),
    warnings: warningsOf(pairs, centre, options.progress),
  };
}

/** Only the test of `comparePaired`, for many pairs. Versions must share tasks. */
export function pairedTest(a: readonly Sample[], b: readonly Sample[], seed = 'compare'): Test {
  const pairs = pairsOf(a, b);
  const tasks: TaskValues = { values: differencesOf(pairs), clusters: clustersOf(pairs.a) };
  return testOf(pairs, tasks, centreOf(pairs, tasks), seed);
}

function centreOf({ a, b }: Pairs, tasks: TaskValues): Centre {
  return areShares(a) && areShares(b) ? withTwoAdded(tasks) : plainCentre(tasks);
}

function plainCentre({ values, clusters }: TaskValues): Centre {
  return { centre: mean(values), ...clusterRobust(values, clusters) };
}

function unpaired(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : Math.hypot(a, b);
}

/** Where tasks share clusters they may not be tested one by one, and few clusters say little that way. */
function testOf(
  pairs: Pairs,
  { values, clusters }: TaskValues,
  { centre, se, df }: Centre,
  seed: string,
): Test {
  if (new Set(clusters).size < values.length) return studentTest(centre, se, df);
  const single = mcnemarOf(pairs, values);
  if (single)
    return {
      p: single.p,
      method: `McNemar, exact, ${counted(single.onlyA + single.onlyB, 'task')} that differ`,
    };
  return values.length < MANY_TASKS ? signFlip(values, `${seed} signs`) : studentTest(centre, se, df);
}

/** Null unless each version has one attempt a task, with 0 or 1. */
function mcnemarOf({ a, b }: Pairs, differences: readonly number[]): McNemar | null {
  const single = [a, b].every((samples) => areYesNo(samples) && attemptsOf(samples).most === 1);
  const count = (sign: number) => differences.filter((difference) => Math.sign(difference) === sign).length;
  return single ? mcnemar(count(1), count(-1)) : null;
}

/**
 * Only attempts scatter here. Where few of them differ the plain interval is too short, so that two that differ are added,
 * as `withTwoAdded` has it for tasks.
 */
function onTheseTasks(value: number, se: number | null, { a, b }: Pairs, level: number): Interval | null {
  if (se === null) return null;
  const [ofA, ofB] = [attemptsOf(a).total, attemptsOf(b).total];
  const shares = areShares(a) && areShares(b);
  const added = shares ? 1 / ofA ** 2 + 1 / ofB ** 2 : 0;
  const most = shares ? 1 : Number.POSITIVE_INFINITY;
  const half = normalFactor(level) * Math.sqrt(se ** 2 + added);
  const method = `normal, ${counted(ofA, 'attempt')} against ${ofB.toLocaleString('en-US')} at these tasks`;
  return { value, low: Math.max(-most, value - half), high: Math.min(most, value + half), method };
}

function winsOf({ a, b }: Pairs): { a: number; b: number } {
  const means = a.map(({ scores }, task) => [mean(scores), mean(b[task]!.scores)] as const);
  return { a: mean(means.map(([p, q]) => p * (1 - q))), b: mean(means.map(([p, q]) => q * (1 - p))) };
}

function flipsOf({ a, b }: Pairs, differences: readonly number[]): Flip[] {
  const side = ({ scores }: Sample) => ({ mean: mean(scores), attempts: scores.length });
  return a
    .map((sample, task) => ({
      instance: sample.instance,
      cluster: sample.cluster,
      a: side(sample),
      b: side(b[task]!),
      difference: differences[task]!,
    }))
    .filter(({ difference }) => difference !== 0)
    .sort((left, right) => Math.abs(right.difference) - Math.abs(left.difference));
}

/** A cluster's tasks count as drawn from it. Clusters of one task are left out: they say nothing of themselves. */
function slicesOf(
  { a, b }: Pairs,
  differences: readonly number[],
  shares: boolean,
  level: number,
  seed: string,
): Slice[] {
  if (clusterCount(a) < 2) return [];
  const byCluster = Map.groupBy(a.keys(), (task) => a[task]!.cluster);
  const slices = [...byCluster]
    .filter(([, tasks]) => tasks.length > 1)
    .map(([cluster, members]) => {
      const tasks = { values: members.map((task) => differences[task]!), clusters: members.map(String) };
      const meanOf = (samples: readonly Sample[]) => mean(members.map((task) => mean(samples[task]!.scores)));
      return {
        cluster,
        tasks: members.length,
        a: meanOf(a),
        b: meanOf(b),
        difference: shares ? differenceInterval(tasks, level) : meanInterval(tasks, level),
        p: signFlip(tasks.values, `${seed} signs of ${cluster}`).p,
      };
    })
    .sort((left, right) => right.tasks - left.tasks);
  const ps = slices.map(({ p }) => p);
  const [byHolm, byShare] = [holm(ps), benjaminiHochberg(ps)];
  return slices.map((slice, index) => ({ ...slice, holm: byHolm[index]!, bh: byShare[index]! }));
}

function warningsOf({ a, onlyInA, onlyInB }: Pairs, { df }: Centre, progress?: Progress): string[] {
  const look = progress && earlyLook(progress);
  const clusters = clusterCount(a);
  const clustered = clusters < a.length;
  return [
    ...(look ? [look.message] : []),
    ...(onlyInA + onlyInB > 0
      ? [
          `Left out, as only one version has attempted them: ${counted(onlyInA, 'task')} of A, ${counted(onlyInB, 'task')} of B.`,
        ]
      : []),
    ...(clustered && clusters < FEWEST_CLUSTERS
      ? [
          `Tasks come from ${counted(clusters, 'cluster')}: too few to say anything of others. Intervals are for more tasks from these.`,
        ]
      : []),
    ...(clustered && clusters >= FEWEST_CLUSTERS && df < FEWEST_DF
      ? [
          `A few of ${clusters} clusters hold most tasks: the interval rests on ${df.toFixed(1)} degrees of freedom and is not to be relied on.`,
        ]
      : []),
  ];
}
