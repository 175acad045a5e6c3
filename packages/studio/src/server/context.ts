import type { Store } from '@heddle/core';
import type { ModelsConfig } from '@heddle/models';
import type { ExperimentLines } from '../reading/experiment-lines.ts';
import type { ExperimentShelf } from '../reading/experiment-shelf.ts';
import type { RolloutLines } from '../reading/rollout-lines.ts';

/** What every route reads from. */
export interface StudioContext {
  readonly store: Store;
  /** For prices. */
  readonly config: ModelsConfig;
  readonly lines: RolloutLines;
  readonly experiments: ExperimentLines;
  readonly shelf: ExperimentShelf;
  /** Where the store is, as people may see it. */
  readonly place: string;
  /** Milliseconds since 1970. */
  now(): number;
}
