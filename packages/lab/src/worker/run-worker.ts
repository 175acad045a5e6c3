import { messageOf, OperatorError, type Store, type TrialKey } from '@heddle/core';
import { runTrial, type TrialContext, type TrialObserver } from '../experiment/run-trial.ts';
import { feed } from './feed.ts';
import type { TrialQueue } from './queue.ts';
import { travelling } from './travel.ts';

/** Experiments a worker feeds at a time: each takes a look a second. */
const FEEDS = 4;
/** After that what does not let itself be put away is left to the next worker, who finds it in the journal. */
const PUT_AWAY_SECONDS = 60;

export interface WorkerOptions {
  readonly store: Store;
  readonly queue: TrialQueue;
  /** Trials at a time. */
  readonly concurrency: number;
  /** Aborted: take no more, put away what is under way, end. */
  readonly signal: AbortSignal;
  /** What an experiment's trials need on this machine. Rejects with OperatorError where it lacks something. */
  open(experiment: string): Promise<Omit<TrialContext, 'signal' | 'observer'>>;
  readonly observer?: TrialObserver & WorkerObserver;
}

export interface WorkerObserver {
  /** A trial went back to the queue: this worker ends, the experiment was cancelled, or another worker has it. */
  putBack?(key: TrialKey, why: string): void;
}

/** Somebody else has it, or had it before: not this worker's failure. */
const ELSEWHERE = new Set(['rollout-running', 'journal-position-taken']);

/**
 * Runs trials of all experiments that were submitted, until the signal is aborted. A trial that dies with its worker is
 * taken up by another under the same rollout, where its journal ends. Rejects with OperatorError where this machine lacks
 * something that a person has to see to; what was under way is put away first.
 */
export async function runWorker(options: WorkerOptions): Promise<void> {
  const { store, queue, concurrency, observer } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const contexts = new Map<string, ReturnType<WorkerOptions['open']>>();
  const contextOf = (experiment: string) => {
    const context = contexts.get(experiment) ?? options.open(experiment);
    contexts.set(experiment, context);
    return context;
  };
  await queue.takeTrials(concurrency, async (key, lost) => {
    const both = AbortSignal.any([signal, lost]);
    try {
      both.throwIfAborted();
      // Offered in the moment in which the experiment was taken away.
      if (!(await queue.isSubmitted(key.experiment))) return;
      const context = await contextOf(key.experiment);
      const result = await runTrial(key, {
        ...context,
        ...(observer === undefined ? {} : { observer }),
        signal: both,
        entrant: (name) => travelling(context.entrant(name), key),
      });
      if (result === null && store.experiments.trial(key)?.state !== 'graded')
        throw new OperatorError('rollout-running', 'another worker has it');
    } catch (error) {
      const why = both.aborted
        ? lost.aborted
          ? 'the job was taken away'
          : 'this worker ends'
        : messageOf(error);
      observer?.putBack?.(key, why);
      const elsewhere = error instanceof OperatorError && ELSEWHERE.has(error.code);
      if (!both.aborted && !elsewhere) failed.abort(error);
      throw error;
    }
  });
  await queue.takeExperiments(FEEDS, (job, lost) =>
    feed(job, { store, queue, signal: AbortSignal.any([signal, lost]) }),
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await queue.close(PUT_AWAY_SECONDS);
  if (failed.signal.aborted) throw failed.signal.reason;
}
