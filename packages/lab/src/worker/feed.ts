import { setTimeout as pause } from 'node:timers/promises';
import type { Store, TrialKey } from '@heddle/core';
import { affordable } from '../experiment/purse.ts';
import type { ExperimentJob, TrialQueue } from './queue.ts';

/** Trials that wait in the queue, at least: so many workers at once find work without waiting for the next look. */
const MIN_WAITING = 100;
/** Under a budget: what waits was thought affordable when it was offered, and may have become too much since. */
const MIN_WAITING_ON_BUDGET = 8;
/** Between two looks. */
const LOOK_MS = 1_000;

/**
 * Keeps an experiment's trials coming until all are graded: a window of them at a time, in the order of the plan, so that
 * the queue stays small, a higher priority is felt at once and a cancellation has little to remove. What was begun by a
 * process that is gone, or fell out of the queue, is offered again.
 *
 * With a budget only what it is likely to afford is offered; once nothing more is, and nothing under way, the experiment
 * is taken from the workers.
 */
export async function feed(
  { experiment, priority, budgetUsd }: ExperimentJob,
  {
    store,
    queue,
    signal,
  }: { readonly store: Store; readonly queue: TrialQueue; readonly signal: AbortSignal },
): Promise<void> {
  const least = budgetUsd === undefined ? MIN_WAITING : MIN_WAITING_ON_BUDGET;
  for (;;) {
    signal.throwIfAborted();
    const left = store.experiments.counts(experiment).some(({ state }) => state !== 'graded');
    // Taken from the workers, or all is done.
    if (!left || !(await queue.isSubmitted(experiment))) return;
    const { queued, active } = await queue.depth(experiment);
    // As many as are with workers now: the time of one trial passes before they are used up.
    const window = Math.max(least, active);
    if (queued < window / 2) {
      const next = nextOf(store, experiment, { window, budgetUsd });
      if (next.length === 0 && queued + active === 0) return;
      await queue.offer(next, priority);
    }
    await pause(LOOK_MS, undefined, { signal });
  }
}

function nextOf(
  store: Store,
  experiment: string,
  { window, budgetUsd }: { readonly window: number; readonly budgetUsd: number | undefined },
): TrialKey[] {
  const { experiments } = store;
  if (budgetUsd !== undefined) return affordable(experiments.trials(experiment), budgetUsd, window);
  const running = experiments.trials(experiment, { state: 'running' });
  const due = experiments.trials(experiment, { state: 'due' });
  return [...running, ...due.slice(0, window)];
}
