import type { ScoreRow, Store } from '@heddle/core';
import type { Experiment } from '../experiment/begin.ts';
import { clustersOf } from '../experiment/report.ts';
import type { Sample } from '../sample.ts';
import { comparePaired } from '../statistics/compare.ts';
import { describeSamples } from '../statistics/describe.ts';
import type { Comparison, Description } from '../statistics/results.ts';
import { SCORERS } from './registry.ts';

/** What one scorer (or a part of one, `diff.files`) says of the agents of an experiment. */
export interface ScoreReport {
  readonly score: string;
  readonly agents: readonly AgentScores[];
  /** Of two agents, on the instances that both have a score at; null: there are not two, or no such instance. */
  readonly comparison: Comparison | null;
}

export interface AgentScores {
  readonly agent: string;
  /** Trials with a number. */
  readonly scored: number;
  /** Trials without one: the reason -> how many. */
  readonly unscored: Readonly<Record<string, number>>;
  /** Null: no trial has a number. */
  readonly description: Description | null;
}

export interface ReportOptions {
  /** By name. Default: all. */
  readonly wanted?: (score: string) => boolean;
  /** Whether a score is an amount and no share. Default: as our own scorers say of theirs. */
  readonly amounts?: (score: string) => boolean;
}

/** Of a score of our own by its name; what a rubric costs is an amount too. */
export function isAmount(score: string): boolean {
  const scorer = SCORERS.find(({ name }) => name === score.split('.', 1)[0]);
  return scorer?.unit === 'amount' || score.endsWith('.usd');
}

/**
 * Means with their intervals, from the newest scores of each trial. Unscored trials count for nothing: what is compared
 * are numbers.
 */
export function scoreReport(
  store: Store,
  { experiment, asked }: Experiment,
  { wanted = () => true, amounts = isAmount }: ReportOptions = {},
): ScoreReport[] {
  const clusters = clustersOf(asked);
  const names = asked.agents.map(({ name }) => name);
  const byScore = new Map<string, ScoreRow[]>();
  for (const row of store.experiments.scores(experiment)) {
    if (!wanted(row.scorer)) continue;
    const rows = byScore.get(row.scorer) ?? [];
    byScore.set(row.scorer, rows);
    rows.push(row);
  }
  return [...byScore].map(([score, rows]) => {
    const agents = names.flatMap((agent) => {
      const own = rows.filter((row) => row.agent === agent);
      return own.length === 0 ? [] : [agentScores(agent, own, { clusters, amounts: amounts(score) })];
    });
    const [a, b, more] = agents.filter(({ samples }) => samples.length > 0);
    const shared = a !== undefined && b !== undefined && more === undefined && share(a.samples, b.samples);
    return {
      score,
      agents: agents.map(({ samples: _, ...each }) => each),
      comparison: shared ? comparePaired(a.samples, b.samples) : null,
    };
  });
}

function agentScores(
  agent: string,
  rows: readonly ScoreRow[],
  { clusters, amounts }: { readonly clusters: ReadonlyMap<string, string>; readonly amounts: boolean },
): AgentScores & { readonly samples: readonly Sample[] } {
  const unscored: Record<string, number> = {};
  const scores = new Map<string, number[]>();
  for (const { instance, value, why } of rows) {
    if (value === null) unscored[why] = (unscored[why] ?? 0) + 1;
    else scores.set(instance, [...(scores.get(instance) ?? []), value]);
  }
  const samples = [...scores].map(([instance, each]) => ({
    instance,
    cluster: clusters.get(instance) ?? instance,
    scores: each,
    ...(amounts ? { amounts } : {}),
  }));
  return {
    agent,
    scored: rows.filter(({ value }) => value !== null).length,
    unscored,
    description: samples.length === 0 ? null : describeSamples(samples),
    samples,
  };
}

function share(a: readonly Sample[], b: readonly Sample[]): boolean {
  const instances = new Set(a.map(({ instance }) => instance));
  return b.some(({ instance }) => instances.has(instance));
}
