import type { ExperimentLine } from './lines.ts';

export interface ExperimentsTold {
  readonly now: number;
  /** Newest first. */
  readonly lines: readonly ExperimentLine[];
  /** Those that are still being read; they come as news. */
  readonly pending: number;
  /** How many older ones are left out. */
  readonly older: number;
}
