import type { StudioContext } from '../server/context.ts';
import type { ExperimentsTold } from '../told/experiments.ts';

/** More than anybody scrolls through; the search is over these. */
const MOST = 500;

export function experimentsOf({ store, experiments, now }: StudioContext): ExperimentsTold {
  const all = store.experiments.list().length;
  const lines = experiments.list(MOST);
  return { now: now(), lines, older: all - lines.length };
}
