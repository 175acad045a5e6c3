import type { Store, TrialRow } from '@heddle/core';
import type { Sample } from '../sample.ts';
import { calibration } from '../statistics/calibration.ts';
import { describeSamples } from '../statistics/describe.ts';
import { countOutcomes, type Outcome } from '../statistics/outcomes.ts';
import type { Calibration, Description, OutcomeCounts } from '../statistics/results.ts';
import { parseResult, type TrialResult } from '../trial-result.ts';
import type { Experiment } from './begin.ts';
import { outcomeOf, type Shortfall, shortfallOf } from './outcome.ts';
import type { ExperimentPlan } from './plan.ts';

/** One agent's part in an experiment. */
export interface AgentReport {
  readonly agent: ExperimentPlan['agents'][number];
  readonly counts: OutcomeCounts;
  /** What was wrong with those not solved -> trials. */
  readonly shortfalls: Readonly<Partial<Record<Shortfall, number>>>;
  /** Over instances with a verdict; null: there is none yet. */
  readonly description: Description | null;
  /** Solved within the first, the second… try, where instances allow several (pass_rate_1, pass_rate_2). */
  readonly byTry: readonly number[] | null;
  /** Over all graded trials. */
  readonly usd: Amount;
  readonly outputTokens: Amount;
  readonly seconds: Amount;
  /** Of what it stated itself; null: it stated nothing. */
  readonly calibration: Calibration | null;
  /** Signs of cheating by name -> trials. */
  readonly flags: Readonly<Record<string, number>>;
  /** Faults of the surroundings by code -> trials that they left without a verdict. */
  readonly infra: Readonly<Record<string, number>>;
}

export interface Amount {
  readonly total: number;
  /** Per graded trial; null: there is none. */
  readonly mean: number | null;
  /** All of it by the number of solved trials; null: none was solved. */
  readonly perSolved: number | null;
}

export interface ExperimentReport {
  readonly experiment: string;
  readonly name: string;
  readonly createdAt: number;
  readonly plan: ExperimentPlan;
  readonly trials: { readonly planned: number; readonly finished: number; readonly running: number };
  readonly agents: readonly AgentReport[];
}

/** A trial with a result. */
export interface GradedTrial extends TrialRow {
  readonly result: TrialResult;
  readonly outcome: Outcome;
}

/** What a report is made of: less than a trial's row, for who keeps many of them. */
export interface CountedTrial extends Pick<TrialRow, 'agent' | 'instance' | 'state'> {
  /** Null until graded. */
  readonly graded: { readonly result: CountedResult; readonly outcome: Outcome } | null;
}

export type CountedResult = Pick<
  TrialResult,
  | 'resolved'
  | 'status'
  | 'patch'
  | 'resolvedByTry'
  | 'probability'
  | 'usd'
  | 'outputTokens'
  | 'seconds'
  | 'flags'
  | 'infra'
>;

/** What an experiment has come to, made of its thin rows alone: no journal is opened. */
export function reportOf(store: Store, experiment: Experiment): ExperimentReport {
  return reportFrom(experiment, countedTrials(store, experiment));
}

/** Its trials as reports are made of them. */
export function countedTrials(store: Store, { experiment }: Experiment): (TrialRow & CountedTrial)[] {
  return store.experiments.trials(experiment).map((row) => ({ ...row, graded: gradedOf([row])[0] ?? null }));
}

/** The same of trials that somebody has read already. */
export function reportFrom(
  { experiment, name, createdAt, asked }: Experiment,
  trials: readonly CountedTrial[],
): ExperimentReport {
  const clusters = clustersOf(asked);
  const byAgent = Map.groupBy(trials, ({ agent }) => agent);
  return {
    ...{ experiment, name, createdAt, plan: asked },
    trials: {
      planned: trials.length,
      finished: trials.filter(({ state }) => state === 'graded').length,
      running: trials.filter(({ state }) => state === 'running').length,
    },
    agents: asked.agents.map((agent) => {
      const own = byAgent.get(agent.name) ?? [];
      return agentReport(agent, withResults(own), { planned: own.length, clusters });
    }),
  };
}

interface Counted {
  readonly instance: string;
  readonly result: CountedResult;
  readonly outcome: Outcome;
}

/** Those that have one. */
export function withResults(trials: readonly CountedTrial[]): Counted[] {
  return trials.flatMap(({ instance, graded }) => (graded === null ? [] : [{ instance, ...graded }]));
}

function agentReport(
  agent: AgentReport['agent'],
  graded: readonly Counted[],
  { planned, clusters }: { readonly planned: number; readonly clusters: ReadonlyMap<string, string> },
): AgentReport {
  const samples = samplesOf(graded, clusters, solvedScore);
  const stated = graded.flatMap(({ result: { probability, resolved } }) =>
    probability === null || resolved === null ? [] : [{ probability, right: resolved }],
  );
  const solved = graded.filter(({ outcome }) => outcome === 'solved').length;
  const amount = (of: (result: CountedResult) => number): Amount => {
    const total = graded.reduce((sum, { result }) => sum + of(result), 0);
    return {
      total,
      mean: graded.length === 0 ? null : total / graded.length,
      perSolved: solved === 0 ? null : total / solved,
    };
  };
  return {
    agent,
    counts: countOutcomes(
      graded.map(({ outcome }) => outcome),
      planned,
    ),
    shortfalls: tally(graded.flatMap(({ result }) => shortfallOf(result) ?? [])),
    description: samples.length === 0 ? null : describeSamples(samples),
    byTry: byTryOf(graded),
    usd: amount(({ usd }) => usd),
    outputTokens: amount(({ outputTokens }) => outputTokens),
    seconds: amount(({ seconds }) => seconds),
    calibration: stated.length === 0 ? null : calibration(stated),
    flags: tally(graded.flatMap(({ result }) => result.flags)),
    infra: tally(graded.flatMap(({ result }) => (result.infra === null ? [] : [result.infra.code]))),
  };
}

/** Rows that have a result, read. */
export function gradedOf(rows: readonly TrialRow[]): GradedTrial[] {
  return rows
    .filter(({ state }) => state === 'graded')
    .map((row) => {
      const result = parseResult(row.result);
      return { ...row, result, outcome: outcomeOf(result) };
    });
}

export function clustersOf({ instances }: ExperimentPlan): ReadonlyMap<string, string> {
  return new Map(instances.map(({ id, cluster }) => [id, cluster]));
}

/** 1 solved, 0 not; null: no verdict, and no score. */
export function solvedScore({ resolved }: Pick<TrialResult, 'resolved'>): number | null {
  return resolved === null ? null : Number(resolved);
}

/** Instance by instance, what statistics are made of; attempts without a score are left out. */
export function samplesOf<R>(
  graded: readonly { readonly instance: string; readonly result: R }[],
  clusters: ReadonlyMap<string, string>,
  scoreOf: (result: R) => number | null,
): Sample[] {
  const scores = new Map<string, number[]>();
  for (const { instance, result } of graded) {
    const score = scoreOf(result);
    if (score === null) continue;
    const known = scores.get(instance);
    if (known === undefined) scores.set(instance, [score]);
    else known.push(score);
  }
  return [...scores].map(([instance, each]) => ({
    instance,
    cluster: clusters.get(instance) ?? instance,
    scores: each,
  }));
}

function byTryOf(graded: readonly Counted[]): number[] | null {
  const known = graded.filter(
    ({ result, outcome }) => outcome !== 'infra' && result.resolvedByTry !== undefined,
  );
  if (known.length === 0) return null;
  const tries = Math.max(...known.map(({ result }) => result.resolvedByTry!.length));
  return Array.from({ length: tries }, (_, at) => {
    const solved = known.filter(({ result }) => result.resolvedByTry!.slice(0, at + 1).includes(true));
    return solved.length / known.length;
  });
}

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
