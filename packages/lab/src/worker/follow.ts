import { setTimeout as pause } from 'node:timers/promises';
import { OperatorError, type Store } from '@heddle/core';
import { affordable } from '../experiment/purse.ts';
import type { ExperimentEnd } from '../experiment/run-experiment.ts';
import type { TrialObserver } from '../experiment/run-trial.ts';
import { parseResult } from '../trial-result.ts';
import type { ExperimentJob, TrialQueue } from './queue.ts';

/** Between two looks at the store. */
const LOOK_MS = 1_000;

export interface FollowOptions {
  readonly store: Store;
  readonly queue: TrialQueue;
  /** Aborted: look away. The workers go on. */
  readonly signal: AbortSignal;
  /** Told what is graded and what is begun, in whatever process. */
  readonly observer: TrialObserver;
}

/**
 * Hands an experiment to the workers and resolves when all of its trials are graded, or the budget it was handed in with
 * is used up. Rejects when the signal is aborted, and with OperatorError `experiment-cancelled` when somebody takes it
 * from the workers.
 */
export async function followExperiment(
  job: ExperimentJob,
  { store, queue, signal, observer }: FollowOptions,
): Promise<ExperimentEnd> {
  const { experiment } = job;
  const told = new Map<string, string>();
  let counted = '';
  const look = (tell: boolean) => {
    const counts = store.experiments.counts(experiment);
    // The rows are read only when something has changed.
    const seen = JSON.stringify(counts);
    if (seen !== counted) {
      counted = seen;
      for (const row of store.experiments.trials(experiment)) {
        const key = JSON.stringify([row.agent, row.instance, row.attempt]);
        const now = `${row.state} ${row.rollout}`;
        if (told.get(key) === now) continue;
        told.set(key, now);
        if (!tell) continue;
        if (row.state === 'running') observer.began?.(row, row.rollout!);
        if (row.state === 'graded') observer.graded?.(row, parseResult(row.result));
      }
    }
    return counts.every(({ state }) => state === 'graded');
  };
  if (look(false)) return { kind: 'complete' };
  await queue.submit(job);
  while (!look(true)) {
    if (!(await queue.isSubmitted(experiment)) && !look(true)) return endWithout(job, store);
    await pause(LOOK_MS, undefined, { signal });
  }
  return { kind: 'complete' };
}

/** Why workers no longer have what is not done. */
function endWithout({ experiment, budgetUsd }: ExperimentJob, store: Store): ExperimentEnd {
  const rows = store.experiments.trials(experiment);
  if (budgetUsd !== undefined && affordable(rows, budgetUsd, 1).length === 0)
    return { kind: 'budget', left: rows.filter(({ state }) => state === 'due').length };
  throw new OperatorError('experiment-cancelled', 'the experiment was taken from the workers', {
    hint: `nothing is lost: \`heddle worker submit ${experiment}\` goes on with it`,
  });
}
