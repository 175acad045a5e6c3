import type { ExperimentLine } from './lines.ts';

export interface ExperimentsTold {
  readonly now: number;
  /** Newest first. */
  readonly lines: readonly ExperimentLine[];
  /** How many older ones are left out. */
  readonly older: number;
}
