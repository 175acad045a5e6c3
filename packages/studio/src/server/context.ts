import type { Store } from '@heddle/core';
import type { ModelsConfig } from '@heddle/models';
import { ExperimentLines } from '../reading/experiment-lines.ts';
import { ExperimentShelf } from '../reading/experiment-shelf.ts';
import { RolloutIndexes } from '../reading/rollout/rollout-index.ts';
import { RolloutLines } from '../reading/rollout-lines.ts';
import type { Starter } from './starter.ts';

/** What every route reads from. */
export interface StudioContext {
  readonly store: Store;
  /** For prices. */
  readonly config: ModelsConfig;
  readonly lines: RolloutLines;
  readonly experiments: ExperimentLines;
  readonly shelf: ExperimentShelf;
  readonly indexes: RolloutIndexes;
  /** Heddle's data folder: where snapshots are. */
  readonly home: string;
  /** Where the store is, as people may see it. */
  readonly place: string;
  /** Begins runs; without one nothing can be begun from here. */
  readonly starter?: Starter;
  /** Who rates, where they do not say. */
  readonly person?: string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** Fills a context with what is kept between requests. */
export function contextOf(
  place: Pick<StudioContext, 'store' | 'config' | 'home' | 'place'> & Partial<StudioContext>,
): StudioContext {
  const { store, config } = place;
  const shelf = new ExperimentShelf(store);
  return {
    lines: new RolloutLines(store, config),
    indexes: new RolloutIndexes(store),
    experiments: new ExperimentLines(store, shelf),
    shelf,
    now: Date.now,
    ...place,
  };
}
