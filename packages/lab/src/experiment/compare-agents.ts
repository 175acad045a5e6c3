import { firstParting, type Parting } from '@heddle/agent';
import {
  diffValues,
  diffVersions,
  OperatorError,
  readVersion,
  type Store,
  type ValueChange,
  type VersionDiff,
} from '@heddle/core';
import { compareAmounts } from '../statistics/amounts.ts';
import { comparePaired } from '../statistics/compare.ts';
import { countOutcomes } from '../statistics/outcomes.ts';
import type { AmountComparison, Comparison, Flip, OutcomeCounts } from '../statistics/results.ts';
import type { TrialResult } from '../trial-result.ts';
import { type Experiment, findExperiment } from './begin.ts';
import { brokenInstances } from './broken.ts';
import type { ExperimentPlan } from './plan.ts';
import { clustersOf, type GradedTrial, gradedOf, samplesOf, solvedScore } from './report.ts';

/** One agent of one experiment. */
export interface Side {
  readonly experiment: Experiment;
  readonly agent: ExperimentPlan['agents'][number];
}

/** One side of a comparison, with what became of its trials. */
export interface ComparedSide {
  readonly experiment: string;
  readonly name: string;
  readonly agent: Side['agent'];
  readonly counts: OutcomeCounts;
}

/** An instance on which the two differ, with an attempt of each that came out differently. */
export interface ShownFlip extends Flip {
  readonly rollouts: readonly [a: string, b: string];
  /** Null: they did the same to the end. Undefined: it was not looked at. */
  readonly parting?: Parting | null;
}

export interface AgentComparison {
  readonly a: ComparedSide;
  readonly b: ComparedSide;
  readonly comparison: Comparison;
  /**
   * Trials of the shared instances that have no verdict by no fault of the agents': a difference made of the others is
   * not the one that was planned.
   */
  readonly spoilt: number;
  /** Of the instances both were given, those that people have marked as broken, and whether they are left out of it all. */
  readonly broken: { readonly instances: number; readonly of: number; readonly leftOut: boolean };
  /** a and b by dollars, output tokens, seconds. */
  readonly usd: AmountComparison;
  readonly outputTokens: AmountComparison;
  readonly seconds: AmountComparison;
  /** What differs in how they were run, where that is not the agent: dataset, limits, network… */
  readonly conditions: readonly ValueChange[];
  /** What differs between the agents themselves; null: one of them never recorded what it ran with. */
  readonly versions: VersionDiff | null;
  readonly flipped: readonly ShownFlip[];
}

/**
 * The agents a person means: `EXPERIMENT:AGENT`, or an experiment that has only one; alone, an experiment with two.
 * Throws OperatorError `no-such-experiment`, `no-such-agent`, `which-agent`.
 */
export function sidesOf(store: Store, a: string, b: string | undefined): [Side, Side] {
  if (b !== undefined) return [sideOf(store, a), sideOf(store, b)];
  const experiment = findExperiment(store, a);
  const { agents } = experiment.asked;
  if (agents.length === 2)
    return [
      { experiment, agent: agents[0]! },
      { experiment, agent: agents[1]! },
    ];
  throw new OperatorError('which-agent', `${a} has ${agents.length} agents: ${namesOf(experiment)}`, {
    hint: `name two: \`heddle compare ${a}:${agents[0]!.name} OTHER:AGENT\``,
  });
}

function sideOf(store: Store, given: string): Side {
  const [id, ...rest] = given.split(':');
  const experiment = findExperiment(store, id!);
  const { agents } = experiment.asked;
  const wanted = rest.join(':');
  if (wanted === '' && agents.length === 1) return { experiment, agent: agents[0]! };
  const agent = agents.find(({ name }) => name === wanted);
  if (agent !== undefined) return { experiment, agent };
  if (wanted === '')
    throw new OperatorError('which-agent', `${given} has ${agents.length} agents`, {
      hint: `say which: ${agents.map(({ name }) => `${given}:${name}`).join(', ')}`,
    });
  throw new OperatorError('no-such-agent', `no agent of ${id} is called ${wanted}`, {
    hint: `there are ${namesOf(experiment)}`,
  });
}

function namesOf({ asked }: Experiment): string {
  return asked.agents.map(({ name }) => name).join(', ');
}

export interface CompareAgentsOptions {
  /** Flipped instances whose journals are read for where the two part; of the others they stay closed. */
  readonly partings: number;
  /** Leaves out what people have marked as broken: all numbers are of the other instances. */
  readonly withoutBroken?: boolean;
}

/**
 * Everything that two agents' rows say about which is better. Throws `no-shared-tasks`, `plan-unreadable`, `none-left` where
 * all are marked as broken and left out.
 */
export function compareSides(
  store: Store,
  [a, b]: readonly [Side, Side],
  { partings, withoutBroken: leftOut = false }: CompareAgentsOptions,
): AgentComparison {
  const marked = [a, b].flatMap(({ experiment }) => [...brokenInstances(store, experiment.asked).keys()]);
  const broken = brokenAmong([a, b], new Set(marked));
  if (leftOut && broken.instances === broken.of && broken.of > 0)
    throw new OperatorError('none-left', 'every shared instance is marked as broken', {
      hint: 'compare with them',
    });
  const without: ReadonlySet<string> = new Set(leftOut ? marked : []);
  const [ofA, ofB] = [loaded(store, a, without), loaded(store, b, without)];
  const shared = (one: Loaded, other: Loaded) =>
    one.rows.filter(({ instance }) => other.instances.has(instance));
  const trials = [...shared(ofA, ofB), ...shared(ofB, ofA)];
  const finished = trials.filter(({ state }) => state === 'graded').length;
  const samples = (side: Loaded, score: (result: TrialResult) => number | null) =>
    samplesOf(side.graded, side.clusters, score);
  const comparison = comparePaired(samples(ofA, solvedScore), samples(ofB, solvedScore), {
    progress: { planned: trials.length, finished },
  });
  const solved = { a: samples(ofA, solvedScore), b: samples(ofB, solvedScore) };
  // Of trials with a verdict, so that cost and solving are of the same attempts.
  const amount = (of: (result: TrialResult) => number) => {
    const score = (result: TrialResult) => (result.resolved === null ? null : of(result));
    return compareAmounts(samples(ofA, score), samples(ofB, score), { solved });
  };
  const infra = (side: Loaded, other: Loaded) =>
    side.graded.filter(({ outcome, instance }) => outcome === 'infra' && other.instances.has(instance))
      .length;
  return {
    a: comparedSide(a, ofA),
    b: comparedSide(b, ofB),
    comparison,
    spoilt: infra(ofA, ofB) + infra(ofB, ofA),
    broken: { ...broken, leftOut },
    usd: amount(({ usd }) => usd),
    outputTokens: amount(({ outputTokens }) => outputTokens),
    seconds: amount(({ seconds }) => seconds),
    conditions: diffValues(conditionsOf(a), conditionsOf(b)),
    versions: versionsOf(store, ofA, ofB),
    flipped: comparison.flipped.map((flip, at) => shownFlip(store, flip, [ofA, ofB], at < partings)),
  };
}

interface Loaded {
  readonly rows: ReturnType<Store['experiments']['trials']>;
  readonly graded: readonly GradedTrial[];
  readonly instances: ReadonlySet<string>;
  readonly clusters: ReadonlyMap<string, string>;
}

function loaded(store: Store, { experiment, agent }: Side, without: ReadonlySet<string>): Loaded {
  const rows = store.experiments
    .trials(experiment.experiment, { agent: agent.name })
    .filter(({ instance }) => !without.has(instance));
  const clusters = new Map([...clustersOf(experiment.asked)].filter(([instance]) => !without.has(instance)));
  return { rows, graded: gradedOf(rows), instances: new Set(clusters.keys()), clusters };
}

function brokenAmong([a, b]: readonly [Side, Side], marked: ReadonlySet<string>) {
  const inB = clustersOf(b.experiment.asked);
  const shared = a.experiment.asked.instances.filter(({ id }) => inB.has(id));
  return { instances: shared.filter(({ id }) => marked.has(id)).length, of: shared.length };
}

function comparedSide({ experiment, agent }: Side, { rows, graded }: Loaded): ComparedSide {
  return {
    ...{ experiment: experiment.experiment, name: experiment.name, agent },
    counts: countOutcomes(
      graded.map(({ outcome }) => outcome),
      rows.length,
    ),
  };
}

/** What should be the same for both, beside the instances they share. */
function conditionsOf({ experiment: { asked } }: Side): unknown {
  const { dataset, limits, sandbox, network } = asked;
  return { dataset: { name: dataset.name, version: dataset.version }, limits, sandbox, network };
}

function versionsOf(store: Store, a: Loaded, b: Loaded): VersionDiff | null {
  const [was, is] = [a, b].map(({ rows }) => {
    for (const { rollout } of rows) {
      const digest = rollout === null ? undefined : store.versions.of(rollout).at(-1)?.digest;
      if (digest !== undefined) return readVersion(store.objects, digest);
    }
    return null;
  });
  return was == null || is == null ? null : diffVersions(was, is);
}

/** The first attempts of the two at an instance that came out differently. */
function shownFlip(store: Store, flip: Flip, sides: readonly [Loaded, Loaded], look: boolean): ShownFlip {
  const better = flip.difference > 0 ? 0 : 1;
  const rolloutOf = (side: 0 | 1) => {
    const trials = sides[side].graded.filter(({ instance }) => instance === flip.instance);
    const wanted = side === better;
    return (trials.find(({ result }) => result.resolved === wanted) ?? trials[0]!).rollout!;
  };
  const rollouts = [rolloutOf(0), rolloutOf(1)] as const;
  return { ...flip, rollouts, ...(look ? { parting: firstParting(store, rollouts) } : {}) };
}
