import type { Store } from '@heddle/core';
import {
  brokenInstances,
  clustersOf,
  type Experiment,
  leaderboard,
  samplesOf,
  solvedScore,
  whyNothing,
  withResults,
} from '@heddle/lab';
import type { ExperimentTold } from '../told/experiment.ts';
import type { ExperimentNews } from '../told/experiment-news.ts';
import type { LeaderboardTold } from '../told/leaderboard.ts';
import type { TrialTableTold } from '../told/trial-table.ts';
import { experimentTold, toGoOf } from './experiment-told.ts';
import { Pace } from './pace.ts';
import { intervalTold } from './statistics-told.ts';
import { type KeptTrial, TrialIndex } from './trial-index.ts';
import { changedTrial, tableOf } from './trial-table.ts';

/** While trials end one after the other, making heads anew takes at most this share of the time. */
const SHARE_FOR_HEADS = 0.1;
/** What is to come is told anew after so many seconds of trials, though nothing has ended. */
const BUSY_SECONDS = 10;

/** An experiment that somebody looks at: its trials in memory, its statistics kept until they change. */
export class OpenExperiment {
  readonly experiment: Experiment;
  readonly #store: Store;
  readonly #index: TrialIndex;
  /** Up to where its trials had changed when they last did. */
  #changed: number;
  #head: { readonly mark: string; readonly told: Omit<ExperimentTold, 'toGo' | 'cursor'> } | null = null;
  readonly #pace = new Pace();
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
    return this.#head !== null && performance.now() < this.#nextHeadAt
      ? this.#with(this.#head.told, this.#live())
      : this.head();
  }

  table(): TrialTableTold {
    this.#refresh();
    return tableOf(this.experiment, this.#index.trials, {
      broken: brokenInstances(this.#store, this.experiment.asked),
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
    const isMade = this.#head?.mark === this.#madeOf(live);
    const due = mark !== known && (isMade || performance.now() >= this.#nextHeadAt);
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
    const mark = this.#madeOf(live);
    if (this.#head?.mark !== mark) {
      const began = performance.now();
      const whys = whyNothing(this.#store, this.#index.trials);
      const told = experimentTold(this.experiment, this.#index.trials, { live, whys });
      const now = performance.now();
      this.#nextHeadAt = now + (now - began) / SHARE_FOR_HEADS;
      this.#head = { mark, told };
    }
    return this.#with(this.#head.told, live);
  }

  #with(told: Omit<ExperimentTold, 'toGo' | 'cursor'>, live: number): ExperimentTold {
    const toGo = toGoOf(this.experiment.asked, this.#index.trials, { live, pace: this.#pace });
    return { ...told, toGo, cursor: cursorOf(this.#index.next, this.#mark(live)) };
  }

  /** Trials under way in living processes. */
  #live(): number {
    const { trials } = this.#index;
    const live = trials.filter(
      ({ state, rollout }) => state === 'running' && rollout !== null && this.#store.isRunning(rollout),
    ).length;
    const finished = trials.filter(({ state }) => state === 'graded').length;
    this.#pace.look({ at: performance.now(), live, finished });
    return live;
  }

  /** Of what a head is made of. Another process's are different ones, which costs one head that was known. */
  #madeOf(live: number): string {
    return `${this.#changed}.${live}`;
  }

  /** Of all that is told. */
  #mark(live: number): string {
    return `${this.#madeOf(live)}.${Math.floor(this.#pace.busy / BUSY_SECONDS)}`;
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
