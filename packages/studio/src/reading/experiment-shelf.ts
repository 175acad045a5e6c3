import type { Store } from '@heddle/core';
import { findExperiment } from '@heddle/lab';
import { OpenExperiment } from './open-experiment.ts';
import { RecentMap } from './recent-map.ts';

/** Experiments whose trials are in memory at once, some megabytes each: those that run, and two that are compared. */
const MOST_OPEN = 6;

/** The experiments that people look at. */
export class ExperimentShelf {
  readonly #store: Store;
  readonly #open = new RecentMap<string, OpenExperiment>(MOST_OPEN);

  constructor(store: Store) {
    this.#store = store;
  }

  /** By id, the beginning of one, a name, or `last`. Throws what `findExperiment` throws. */
  get(given: string): OpenExperiment {
    const known = this.#open.get(given);
    const found = known?.experiment ?? findExperiment(this.#store, given);
    const open = known ?? this.#open.get(found.experiment) ?? new OpenExperiment(this.#store, found);
    this.#open.set(found.experiment, open);
    return open;
  }
}
