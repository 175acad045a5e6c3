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
  /** Since midnight, local time. */
  readonly today: { readonly usd: number; readonly rollouts: number; readonly trials: number };
  /** Where the store is, without a password. */
  readonly store: string;
}
