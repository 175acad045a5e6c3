import type { ExperimentTold } from './experiment.ts';
import type { ChangedTrial } from './trial-table.ts';

/** What has changed in an experiment. A trial may be told twice; the later one counts. */
export interface ExperimentNews {
  readonly trials: readonly ChangedTrial[];
  /** Null: as it was; while many trials end it follows a little later. */
  readonly head: ExperimentTold | null;
}
