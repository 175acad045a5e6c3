import { setImmediate } from 'node:timers/promises';
import { OperatorError, type Store } from '@heddle/core';
import { RecentMap } from '../recent-map.ts';
import { chainOf, eventsBetween, type Segment } from './chain.ts';
import { RolloutFacts } from './facts.ts';
import { type IndexedStep, StepFold } from './step-fold.ts';

/** Kept at once: what a few people look at. One of 20,000 events takes some megabytes. */
const MOST_KEPT = 12;
/** Events read at a stretch, some milliseconds' worth: a long journal must not keep others waiting. */
const SLICE = 500;

/** A rollout read once, and from then on as far as it has grown. Holds no journal: a step's events are read anew. */
export class RolloutIndex {
  readonly rollout: string;
  readonly facts: RolloutFacts;
  readonly #store: Store;
  readonly #steps: StepFold;
  /** Positions read of each rollout that works for it. */
  readonly #children = new Map<string, number>();
  #chain: readonly Segment[];
  #reading: Promise<void> | null = null;
  /** Position of the last event read; -1: none. */
  last = -1;

  constructor(store: Store, rollout: string, chain: readonly Segment[]) {
    this.#store = store;
    this.rollout = rollout;
    this.#chain = chain;
    this.facts = new RolloutFacts(rollout);
    this.#steps = new StepFold(rollout);
  }

  get steps(): readonly IndexedStep[] {
    return this.#steps.steps;
  }

  get checks() {
    return this.#steps.checks;
  }

  get chain(): readonly Segment[] {
    return this.#chain;
  }

  /** Events read so far of all that work for it: changes when one of them does something. */
  get childMark(): number {
    return [...this.#children.values()].reduce((sum, read) => sum + read, 0);
  }

  /** Reads what is new. */
  extend(): void {
    this.#readUpTo(Number.POSITIVE_INFINITY);
    this.#extendChildren();
  }

  /** The same with pauses in which others are answered; whoever asks meanwhile waits for the same reading. */
  extendInSlices(): Promise<void> {
    this.#reading ??= this.#readInSlices().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  async #readInSlices(): Promise<void> {
    while (this.#readUpTo(SLICE) === SLICE) await setImmediate();
    this.#extendChildren();
  }

  /** How many events were read. */
  #readUpTo(most: number): number {
    let read = 0;
    for (const recorded of eventsBetween(this.#store, this.#chain, this.last + 1, Number.POSITIVE_INFINITY)) {
      this.facts.apply(recorded);
      this.#steps.apply(recorded);
      if (recorded.event.type === 'rollout.delegated') this.#children.set(recorded.event.rollout, 0);
      this.last = recorded.position;
      read += 1;
      if (read === most) break;
    }
    return read;
  }

  /** Its place in the timeline. Throws OperatorError `no-such-step`. */
  placeOf(n: number): number {
    const { steps } = this;
    // Steps are numbered without gaps but for a rival that was not heard of for a while.
    const place = steps[n]?.line.n === n ? n : steps.findLastIndex(({ line }) => line.n === n);
    if (place >= 0) return place;
    throw new OperatorError('no-such-step', `there is no step ${n}`, {
      hint: `the steps are 0 to ${steps.at(-1)?.line.n ?? 0}`,
    });
  }

  events(first: number, last: number) {
    return eventsBetween(this.#store, this.#chain, first, last);
  }

  #extendChildren(): void {
    for (const [child, read] of this.#children) this.#extendChild(child, read);
  }

  #extendChild(child: string, read: number): void {
    let seen = read;
    for (const recorded of this.#store.read(child, read)) {
      this.facts.tree.child(recorded);
      seen = recorded.position + 1;
    }
    this.#children.set(child, seen);
  }
}

/** The rollouts that are looked at, the last ones kept. */
export class RolloutIndexes {
  readonly #store: Store;
  readonly #kept = new RecentMap<string, RolloutIndex>(MOST_KEPT);

  constructor(store: Store) {
    this.#store = store;
  }

  /** As it is now. Throws OperatorError `no-such-rollout`, `journal-damaged`, `journal-newer`. */
  of(rollout: string): RolloutIndex {
    const index = this.#kept.get(rollout) ?? this.#open(rollout);
    // One that cannot be read to its end is read from its beginning the next time.
    this.#kept.delete(rollout);
    index.extend();
    return this.#keep(index);
  }

  /** {@link of}, letting others be answered while a long one is read for the first time. */
  async read(rollout: string): Promise<RolloutIndex> {
    const index = this.#kept.get(rollout) ?? this.#open(rollout);
    // Whoever asks for it meanwhile finds it here.
    this.#kept.set(rollout, index);
    try {
      await index.extendInSlices();
    } catch (error) {
      this.#kept.delete(rollout);
      throw error;
    }
    return this.#keep(index);
  }

  #keep(index: RolloutIndex): RolloutIndex {
    const { rollout } = index;
    this.#kept.delete(rollout);
    if (index.last < 0)
      throw new OperatorError('no-such-rollout', `the process of rollout ${rollout} died before it began`, {
        hint: 'start again with `heddle solve`',
      });
    this.#kept.set(rollout, index);
    return index;
  }

  #open(rollout: string): RolloutIndex {
    const chain = chainOf(this.#store, rollout);
    if (chain.length > 0) return new RolloutIndex(this.#store, rollout, chain);
    throw new OperatorError('no-such-rollout', `there is no rollout ${rollout}`, {
      hint: '`heddle list` shows those there are',
    });
  }
}
