import type {
  AmountTold,
  CalibrationTold,
  CountsTold,
  IntervalTold,
  NoiseTold,
  PassTold,
} from './statistics.ts';

/** One experiment's page, all but its table. */
export interface ExperimentTold {
  readonly experiment: string;
  readonly name: string;
  readonly createdAt: number;
  readonly dataset: { readonly name: string; readonly format: string; readonly version: string };
  readonly instances: number;
  readonly clusters: number;
  /** Of each agent at each instance. */
  readonly attempts: number;
  readonly seed: number;
  /** Of each attempt. */
  readonly limits: {
    readonly steps: number | null;
    readonly usd: number | null;
    readonly tokens: number | null;
    readonly seconds: number | null;
  };
  readonly trials: { readonly planned: number; readonly finished: number; readonly running: number };
  /** A trial is under way in a living process. */
  readonly live: boolean;
  /** Null: it is finished. */
  readonly toGo: ToGoTold | null;
  readonly agents: readonly AgentTold[];
  /** What it can show, and what seeing 5 points would take. Null: its agents are not to be compared. */
  readonly planner: string | null;
  /** Why nothing is final yet. */
  readonly early: string | null;
  /** Where news of it go on from. */
  readonly cursor: string;
}

export interface ToGoTold {
  readonly trials: number;
  /** By how long trials took so far, as many at once as now; null: none has ended, or none is under way. */
  readonly seconds: number | null;
  /** By what trials cost so far. */
  readonly usd: number | null;
}

export interface AgentTold {
  readonly name: string;
  readonly kind: string;
  readonly model: string | null;
  readonly version: string;
  readonly counts: CountsTold;
  /** What was wrong with those not solved: trials (`Shortfall` of the lab). */
  readonly shortfalls: Readonly<Record<string, number>>;
  /** Of one that never handed in a change: what its first attempts gave as the reason. */
  readonly why: string | null;
  /** Null: there is no verdict yet. */
  readonly solved: SolvedTold | null;
  /** Within the first try, the second…, where instances allow several. */
  readonly byTry: readonly number[] | null;
  readonly usd: AmountTold;
  readonly outputTokens: AmountTold;
  readonly seconds: AmountTold;
  readonly calibration: CalibrationTold | null;
  /** Signs of cheating by name: trials. */
  readonly flags: Readonly<Record<string, number>>;
  /** Faults of the surroundings by code: trials. */
  readonly infra: Readonly<Record<string, number>>;
}

export interface SolvedTold {
  readonly onTasksLikeThese: IntervalTold;
  /** Null with one attempt a task. */
  readonly onExactlyThese: IntervalTold | null;
  readonly se: number | null;
  readonly tasks: number;
  readonly attempts: number;
  readonly passed: readonly PassTold[];
  readonly instances: { readonly always: number; readonly flaky: number; readonly never: number } | null;
  readonly noise: NoiseTold;
  readonly designEffect: number;
  /** Dollars of an attempt, over tasks: what quality costs. */
  readonly usd: IntervalTold;
}
