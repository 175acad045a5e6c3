import { setTimeout as pause } from 'node:timers/promises';
import type { Store } from '@heddle/core';
import type { ExperimentJob, TrialQueue } from './queue.ts';

/** Trials that wait in the queue, at least: so many workers at once find work without waiting for the next look. */
const MIN_WAITING = 100;
/** Between two looks. */
const LOOK_MS = 1_000;

/**
 * Keeps an experiment's trials coming until all are graded: a window of them at a time, in the order of the plan, so that
 * the queue stays small, a higher priority is felt at once and a cancellation has little to remove. What was begun by a
 * process that is gone, or fell out of the queue, is offered again.
 */
export async function feed(
  { experiment, priority }: ExperimentJob,
  {
    store,
    queue,
    signal,
  }: { readonly store: Store; readonly queue: TrialQueue; readonly signal: AbortSignal },
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const left = store.experiments.counts(experiment).some(({ state }) => state !== 'graded');
    // Taken from the workers, or all is done.
    if (!left || !(await queue.isSubmitted(experiment))) return;
    const { queued, active } = await queue.depth(experiment);
    // As many as are with workers now: the time of one trial passes before they are used up.
    const window = Math.max(MIN_WAITING, active);
    if (queued < window / 2) {
      const running = store.experiments.trials(experiment, { state: 'running' });
      const due = store.experiments.trials(experiment, { state: 'due' });
      await queue.offer([...running, ...due.slice(0, window)], priority);
    }
    await pause(LOOK_MS, undefined, { signal });
  }
}
