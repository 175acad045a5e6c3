import type { Store } from '@heddle/core';
import { clustersOf, type Experiment, leaderboard, samplesOf, solvedScore, withResults } from '@heddle/lab';
import type { ExperimentTold } from '../told/experiment.ts';
import type { ExperimentNews } from '../told/experiment-news.ts';
import type { LeaderboardTold } from '../told/leaderboard.ts';
import type { TrialTableTold } from '../told/trial-table.ts';
import { experimentTold } from './experiment-told.ts';
import { intervalTold } from './statistics-told.ts';
import { type KeptTrial, TrialIndex } from './trial-index.ts';
import { changedTrial, tableOf } from './trial-table.ts';

/** While trials end one after the other, making heads anew takes at most this share of the time. */
const SHARE_FOR_HEADS = 0.1;

/** An experiment that somebody looks at: its trials in memory, its statistics kept until they change. */
export class OpenExperiment {
  readonly experiment: Experiment;
  readonly #store: Store;
  readonly #index: TrialIndex;
  /** Up to where its trials had changed when they last did. */
  #changed: number;
  #head: { readonly mark: string; readonly told: ExperimentTold } | null = null;
  #nextHeadAt = 0;
  #board: { readonly changed: number; readonly told: LeaderboardTold } | null = null;

  constructor(store: Store, experiment: Experiment) {
    this.experiment = experiment;
    this.#store = store;
    this.#index = new TrialIndex(store, experiment);
    this.#changed = this.#index.next;
  }

  head(): ExperimentTold {
    this.#refresh();
    const live = this.#live();
    return this.#made(live);
  }

  /** The same, but perhaps of a moment ago: for lists, which are asked for again and again. */
  headOfLate(): ExperimentTold {
    return this.#head !== null && performance.now() < this.#nextHeadAt ? this.#head.told : this.head();
  }

  table(): TrialTableTold {
    this.#refresh();
    const { name, version } = this.experiment.asked.dataset;
    const marks = this.#store.ratings.marks(name, version).filter(({ broken }) => broken);
    return tableOf(this.experiment, this.#index.trials, {
      broken: new Map(marks.map(({ instance, note }) => [instance, note])),
      cursor: cursorOf(this.#index.next, this.#mark(this.#live())),
    });
  }

  /** What is new since a cursor that this process or an earlier one gave; null: nothing. */
  news(cursor: string | null): { readonly cursor: string; readonly data: ExperimentNews } | null {
    const [from, known] = partsOf(cursor);
    this.#refresh();
    const { places, next } = this.#index.changedSince(from);
    const live = this.#live();
    const mark = this.#mark(live);
    const due = mark !== known && (this.#head?.mark === mark || performance.now() >= this.#nextHeadAt);
    if (places.length === 0 && !due) return null;
    return {
      cursor: cursorOf(next, due ? mark : known),
      data: {
        trials: places.map((place) => changedTrial(this.#index.trials[place]!, place)),
        head: due ? this.#made(live) : null,
      },
    };
  }

  /** Which agents can be told apart. Throws OperatorError `no-shared-tasks`. */
  leaderboard(): LeaderboardTold {
    this.#refresh();
    if (this.#board?.changed === this.#changed) return this.#board.told;
    const { asked } = this.experiment;
    const { tasks, comparisons, rows } = leaderboard(
      asked.agents.map(({ name }) => ({
        name,
        samples: samplesOf(
          withResults(this.#index.trials.filter(({ agent }) => agent === name)),
          clustersOf(asked),
          solvedScore,
        ),
      })),
    );
    const told = {
      ...{ tasks, comparisons },
      rows: rows.map((row) => ({ ...row, mean: intervalTold(row.mean) })),
    };
    this.#board = { changed: this.#changed, told };
    return told;
  }

  get trials(): readonly KeptTrial[] {
    return this.#index.trials;
  }

  /** Another number whenever a trial is not as it was. */
  get changed(): number {
    this.#refresh();
    return this.#changed;
  }

  #refresh(): void {
    if (this.#index.refresh()) this.#changed = this.#index.next;
  }

  #made(live: number): ExperimentTold {
    const mark = this.#mark(live);
    if (this.#head?.mark === mark) return this.#head.told;
    const began = performance.now();
    const cursor = cursorOf(this.#index.next, mark);
    const told = experimentTold(this.experiment, this.#index.trials, { live, cursor });
    const now = performance.now();
    this.#nextHeadAt = now + (now - began) / SHARE_FOR_HEADS;
    this.#head = { mark, told };
    return told;
  }

  /** Trials under way in living processes. */
  #live(): number {
    return this.#index.trials.filter(
      ({ state, rollout }) => state === 'running' && rollout !== null && this.#store.isRunning(rollout),
    ).length;
  }

  /** Of what a head is made of. Another process's are different ones, which costs one head that was known. */
  #mark(live: number): string {
    return `${this.#changed}.${live}`;
  }
}

function cursorOf(next: number, mark: string): string {
  return `${next}~${mark}`;
}

/** What is no cursor of ours begins at the beginning. */
function partsOf(cursor: string | null): [next: number, mark: string] {
  const [, next, mark] = /^(\d{1,15})~([\d.]*)$/.exec(cursor ?? '') ?? [];
  return [Number(next ?? 0), mark ?? ''];
}
