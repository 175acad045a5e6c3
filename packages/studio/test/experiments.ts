import type { Store, TrialRow } from '@heddle/core';
import { type ExperimentPlan, newExperiment, type TrialResult } from '@heddle/lab';

export interface Asked {
  /** Name -> kind; `heddle` unless it is said. */
  readonly agents: readonly string[];
  /** By cluster: how many instances. */
  readonly clusters: Readonly<Record<string, number>>;
  readonly attempts?: number;
  readonly name?: string;
  /** Limit of an attempt. */
  readonly seconds?: number;
  readonly kinds?: readonly ExperimentPlan['agents'][number]['kind'][];
}

/** Of one graded trial; what is left out is as usual. */
export type Graded = Partial<TrialResult>;

/**
 * A real experiment in a real store, graded by hand: `outcome` says how each trial ended, `running` that it is under way,
 * `due` that nobody has begun it. Gives its id.
 */
export function gradedExperiment(
  store: Store,
  { agents, clusters, attempts = 1, name = 'tried', seconds = 60, kinds = [] }: Asked,
  outcome: (row: TrialRow) => Graded | 'running' | 'due',
): string {
  const instances = Object.entries(clusters).flatMap(([cluster, count]) =>
    Array.from({ length: count }, (_, at) => ({ id: `${cluster}-${at + 1}`, cluster })),
  );
  const plan: ExperimentPlan = {
    format: 1,
    dataset: { name: 'answers', format: 'heddle', path: '/answers', version: 'v1', chosen: 'c', options: {} },
    instances,
    agents: agents.map((agent, at) => ({
      ...{
        name: agent,
        spec: agent,
        kind: kinds[at] ?? 'heddle',
        version: `version of ${agent}`,
        model: 'scripted',
      },
    })),
    ...{ attempts, limits: { seconds }, seed: 0, sandbox: 'host', network: false, scorers: [] },
  };
  const { experiment } = newExperiment(store, plan, name);
  for (const row of store.experiments.trials(experiment)) {
    const end = outcome(row);
    if (end === 'due') continue;
    const rollout = rolloutOf(row);
    store.experiments.begin(row, rollout);
    if (end !== 'running') store.experiments.grade(row, rollout, { ...USUAL, ...end });
  }
  return experiment;
}

export function rolloutOf({
  agent,
  instance,
  attempt,
}: Pick<TrialRow, 'agent' | 'instance' | 'attempt'>): string {
  return `${agent}.${instance}.${attempt}`;
}

export const SOLVED: Graded = { status: 'solved', resolved: true, reward: 1 };
export const FAILED: Graded = { status: 'unverified', resolved: false, reward: 0 };
export const INFRA: Graded = {
  ...{ status: 'failed', resolved: null, reward: null, probability: null },
  infra: { class: 'provider', code: 'overloaded', message: 'the provider answered 529' },
};

const USUAL: TrialResult = {
  ...{ status: 'unverified', resolved: false, reward: 0, probability: 0.5 },
  ...{ usd: 0.5, inputTokens: 1000, outputTokens: 100, cachedTokens: 0 },
  ...{ steps: 4, seconds: 20, gradeSeconds: 2, patch: 'applied', infra: null, flags: [] },
  ...{ patchDigest: '0'.repeat(64), verdictDigest: '0'.repeat(64) },
};
