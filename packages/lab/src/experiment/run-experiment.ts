import { OperatorError } from '@heddle/core';
import type { TrialResult } from '../trial-result.ts';
import type { InfraFault } from '../verdict.ts';
import { Purse } from './purse.ts';
import { runTrial, type TrialContext, type TrialObserver } from './run-trial.ts';

export interface RunOptions {
  /** Trials at a time. */
  readonly parallel: number;
  /** US dollars for the whole experiment, what was spent before included. Default: no limit. */
  readonly budgetUsd?: number;
}

/** Why it ended. */
export type ExperimentEnd =
  | { readonly kind: 'complete' }
  /** Trials that were not begun. */
  | { readonly kind: 'budget'; readonly left: number }
  /** Some are under way in other processes, which will book them. */
  | { readonly kind: 'elsewhere'; readonly left: number };

/** Trials in a row that the same class of fault has spoilt: whatever it is, the next one will meet it too. */
const MAX_SPOILT_IN_A_ROW = 5;

/**
 * Runs what is left of an experiment, so many trials at a time, in the order of the plan; those that a dead process left
 * behind come first. Rejects when the signal is aborted, once every trial under way has been put away, and with
 * OperatorError where a person has to do something: then, too, nothing is lost.
 */
export async function runExperiment(
  experiment: string,
  context: TrialContext,
  { parallel, budgetUsd = Number.POSITIVE_INFINITY }: RunOptions,
): Promise<ExperimentEnd> {
  const { store } = context;
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const rows = store.experiments.trials(experiment);
  const purse = new Purse(budgetUsd, rows);
  const queue = [
    ...rows.filter(({ state }) => state === 'running'),
    ...rows.filter(({ state }) => state === 'due'),
  ];
  const run = { ...context, signal, observer: counting(context.observer, purse) };
  let spoilt: InfraFault[] = [];
  let failure: unknown;
  let short = false;
  const work = async () => {
    while (!signal.aborted && queue.length > 0) {
      if (!purse.affords(queue[0]!)) {
        short = true;
        return;
      }
      const row = queue.shift()!;
      purse.begin(row);
      try {
        const result = await runTrial(row, run);
        if (result === null) continue;
        spoilt = spoiltAfter(spoilt, result);
        if (spoilt.length >= MAX_SPOILT_IN_A_ROW) throw halted(spoilt);
      } catch (error) {
        if (!signal.aborted) failure = error;
        stop.abort(error);
      } finally {
        purse.end(row);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));
  context.signal.throwIfAborted();
  if (failure !== undefined) throw failure;
  if (short) return { kind: 'budget', left: queue.length };
  const left = store.experiments
    .counts(experiment)
    .reduce((sum, { state, count }) => sum + (state === 'graded' ? 0 : count), 0);
  return left === 0 ? { kind: 'complete' } : { kind: 'elsewhere', left };
}

function spoiltAfter(before: readonly InfraFault[], { infra }: TrialResult): InfraFault[] {
  if (infra === null) return [];
  const fault = infra as InfraFault;
  return before[0]?.class === fault.class ? [...before, fault] : [fault];
}

function halted(spoilt: readonly InfraFault[]): OperatorError {
  const { code, message } = spoilt.at(-1)!;
  return new OperatorError(
    'experiment-halted',
    `${spoilt.length} trials in a row were spoilt by faults that are not the agent's; the last: ${message} (${code})`,
    {
      hint: 'when it is mended, `heddle eval --resume ID --retry-infra` goes on and tries the spoilt ones again',
    },
  );
}

function counting(observer: TrialObserver = {}, purse: Purse): TrialObserver {
  return {
    ...observer,
    graded(key, result) {
      purse.spent(key, result.usd);
      observer.graded?.(key, result);
    },
  };
}
