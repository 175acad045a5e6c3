import type { CountsTold, IntervalTold, RequiredTold } from './statistics.ts';
import type { OutcomeLetter } from './trial-table.ts';
import type { ValueChangeTold, VersionDiffTold } from './version.ts';

/** Two agents on the instances both were given. Differences are a - b. */
export interface CompareTold {
  readonly a: ComparedSideTold;
  readonly b: ComparedSideTold;
  /** What a reader must be told before the numbers. */
  readonly warnings: readonly string[];
  /** Trials without a verdict: while there are any, no verdict is given. */
  readonly spoilt: number;
  /** Of the shared instances those that people have marked as broken, and whether all this is without them. */
  readonly broken: { readonly instances: number; readonly of: number; readonly leftOut: boolean };
  readonly tasks: number;
  readonly clusters: number;
  readonly attempts: { readonly a: readonly [number, number]; readonly b: readonly [number, number] };
  readonly onlyIn: { readonly a: number; readonly b: number };
  readonly rates: { readonly a: IntervalTold; readonly b: IntervalTold };
  readonly difference: IntervalTold;
  readonly onTheseTasks: IntervalTold | null;
  readonly bootstrap: IntervalTold;
  readonly p: number;
  /** Of the test, in words. */
  readonly test: string;
  readonly se: {
    readonly total: number | null;
    readonly prediction: number | null;
    readonly unpaired: number | null;
  };
  readonly mcnemar: {
    readonly onlyA: number;
    readonly onlyB: number;
    readonly p: number;
    readonly midP: number;
  } | null;
  readonly wins: { readonly a: number; readonly b: number } | null;
  readonly noise: {
    readonly total: number;
    readonly data: number | null;
    readonly prediction: number | null;
  };
  readonly correlation: number | null;
  /** The smallest true difference that would be seen. */
  readonly detectable: number | null;
  readonly required: RequiredTold | null;
  readonly slices: readonly {
    readonly cluster: string;
    readonly tasks: number;
    readonly a: number;
    readonly b: number;
    readonly difference: IntervalTold;
    readonly p: number;
    /** Corrected for how many slices are looked at. */
    readonly holm: number;
  }[];
  readonly usd: AmountsTold;
  readonly outputTokens: AmountsTold;
  readonly seconds: AmountsTold;
  /** By size of the difference, the largest first. */
  readonly flips: readonly FlipTold[];
  /** What differs in how they were run, where that is not the agent: dataset, limits, network… */
  readonly conditions: readonly ValueChangeTold[];
  /** Null: one of them never recorded what it ran with. */
  readonly versions: VersionDiffTold | null;
}

export interface ComparedSideTold {
  readonly experiment: string;
  readonly name: string;
  readonly agent: string;
  readonly model: string | null;
  readonly counts: CountsTold;
  /** What it ran with, as it can be given; null: not recorded. */
  readonly version: string | null;
}

export interface AmountsTold {
  readonly a: AmountSideTold;
  readonly b: AmountSideTold;
  /** a / b; null: one of them is 0. */
  readonly ratio: IntervalTold | null;
}

export interface AmountSideTold {
  readonly total: number;
  readonly median: number;
  readonly perSolved: number | null;
}

/** An instance on which the two differ. */
export interface FlipTold {
  readonly instance: string;
  readonly cluster: string;
  readonly difference: number;
  readonly a: readonly AttemptTold[];
  readonly b: readonly AttemptTold[];
  /** An attempt of each that came out differently. */
  readonly rollouts: readonly [a: string, b: string];
}

export type AttemptTold = readonly [outcome: OutcomeLetter, rollout: string | null];

/** Where two rollouts went different ways; null in it: that one had ended. */
export interface PartingTold {
  readonly parting: {
    readonly same: number;
    readonly a: PartingActTold | null;
    readonly b: PartingActTold | null;
  } | null;
}

/** What one of them did there. */
export interface PartingActTold {
  readonly step: number;
  readonly title: string;
}
