import type { ExperimentLine, RolloutLine } from './lines.ts';

export interface HomeTold {
  readonly now: number;
  readonly running: {
    readonly rollouts: readonly RolloutLine[];
    readonly experiments: readonly ExperimentLine[];
  };
  readonly recent: {
    readonly rollouts: readonly RolloutLine[];
    readonly experiments: readonly ExperimentLine[];
  };
  /** Where there are trials and no other rollout; else null. */
  readonly onlyTrials: { readonly trials: number; readonly experiments: number } | null;
  /** Since midnight, local time. */
  readonly today: { readonly usd: number; readonly rollouts: number; readonly trials: number };
  /** Rollouts and experiments that are still being read; they come as news. */
  readonly pending: number;
  /** Where the store is, without a password. */
  readonly store: string;
}
