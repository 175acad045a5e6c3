import type { RolloutLine } from './lines.ts';

/** A page of the person's own rollouts: no trials, no parts of others. */
export interface RolloutsTold {
  readonly now: number;
  /** Newest first; of those looked at the ones that were asked for. */
  readonly lines: readonly RolloutLine[];
  /** How many were looked at for this page. */
  readonly looked: number;
  /** Goes on with older ones (`?after=`); null: there are none. */
  readonly next: string | null;
}
