import type { IntervalTold } from './statistics.ts';

/** Versions in order of their mean over the tasks that all have attempted. */
export interface LeaderboardTold {
  readonly tasks: number;
  /** Pairs that were compared, for the correction. */
  readonly comparisons: number;
  readonly rows: readonly {
    readonly name: string;
    readonly mean: IntervalTold;
    readonly leftOut: number;
    /** Letters, as in `ab`: two that share one cannot be told apart. */
    readonly groups: string;
  }[];
}
