/**
 * Statistics as the page is told them; what each means is in `docs/statistics.md`. Nothing is rounded. Rates and
 * differences are shares (0.05 is 5 points).
 */

/** A value with the interval that covers the truth in 95 of 100 experiments. */
export interface IntervalTold {
  readonly value: number;
  /** Null: unbounded. */
  readonly low: number | null;
  readonly high: number | null;
  /** In words. */
  readonly method: string;
}

export interface AmountTold {
  readonly total: number;
  /** Per graded trial. */
  readonly mean: number | null;
  /** All of it by the number of solved trials. */
  readonly perSolved: number | null;
}

export interface CountsTold {
  readonly planned: number;
  readonly solved: number;
  readonly failed: number;
  readonly limit: number;
  readonly infra: number;
  readonly notRun: number;
  readonly infraAsFailed: number | null;
  readonly infraExcluded: number | null;
}

export interface PassTold {
  readonly k: number;
  /** Attempts: least and most of a task that counts. */
  readonly n: readonly [number, number];
  readonly any: IntervalTold;
  readonly all: IntervalTold;
}

export interface CalibrationTold {
  readonly count: number;
  readonly stated: number;
  readonly observed: IntervalTold;
  readonly brier: IntervalTold;
  readonly brierOfBaseRate: number;
  readonly expectedError: number;
  readonly bins: readonly {
    readonly from: number;
    readonly to: number;
    readonly count: number;
    readonly stated: number;
    readonly observed: IntervalTold;
  }[];
}

/** Variances of one attempt at one task; null: one attempt a task cannot tell. */
export interface NoiseTold {
  readonly total: number;
  readonly data: number | null;
  readonly prediction: number | null;
}

/** What it would take to see a difference, with 80 % power at the 5 % level. */
export interface RequiredTold {
  readonly difference: number;
  /** Tasks, with the attempts there are. */
  readonly tasks: number;
  /** Attempts a task of each version, with the tasks there are; null: no number does. */
  readonly attempts: number | null;
  readonly trials: number;
}
