import type { StudioContext } from '../server/context.ts';
import type { ExperimentsTold } from '../told/experiments.ts';

/** More than anybody scrolls through; the search is over these. */
const MOST = 500;
/** What is not known by then comes as news. */
const READING_MS = 200;

export function experimentsOf({ store, experiments, now }: StudioContext): ExperimentsTold {
  const all = store.experiments.list().length;
  const { lines, pending } = experiments.list({ limit: MOST, until: performance.now() + READING_MS });
  return { now: now(), lines, pending, older: all - lines.length - pending };
}
