import type { Recorded, RolloutEvent } from './events.ts';
import type { Store } from './store.ts';

export interface ParentPoint {
  readonly rollout: string;
  readonly position: number;
}

/** The one writer of a rollout: appends in order and hands each event to whoever listens. */
export class Journal {
  readonly rollout: string;
  readonly store: Store;
  readonly #now: () => number;
  #next: number;
  /** Of a rollout that is registered with its first event: a process that dies before leaves nothing. */
  #parent: ParentPoint | null | undefined;

  private constructor(store: Store, rollout: string, next: number, now: () => number) {
    this.store = store;
    this.rollout = rollout;
    this.#next = next;
    this.#now = now;
  }

  /** Starts a rollout, or a fork that continues after `parent`. */
  static create(store: Store, rollout: string, options: { parent?: ParentPoint; now?: () => number } = {}) {
    const now = options.now ?? steadyClock();
    const parent = options.parent ?? null;
    store.claim(rollout);
    const journal = new Journal(store, rollout, parent === null ? 0 : parent.position + 1, now);
    journal.#parent = parent;
    return journal;
  }

  /** Takes up a rollout where its last event left it. */
  static reopen(
    store: Store,
    rollout: string,
    events: readonly Recorded[],
    now: () => number = steadyClock(),
  ) {
    store.claim(rollout);
    return new Journal(store, rollout, events.length, now);
  }

  append(event: RolloutEvent): Recorded {
    const at = this.#now();
    const position = this.#next;
    const parent = this.#parent;
    if (parent === undefined) this.store.append(this.rollout, position, event, at);
    else {
      this.store.create({ rollout: this.rollout, parent, createdAt: at }, { event, at });
      this.#parent = undefined;
    }
    this.#next += 1;
    return { rollout: this.rollout, position, at, event };
  }

  release(): void {
    this.store.release(this.rollout);
  }
}

/** All events of a rollout from the first of its oldest ancestor on; element i stands at position i. */
export function readJournal(store: Store, rollout: string): Recorded[] {
  return [...walkJournal(store, rollout)];
}

/** The same, an event at a time: a long journal need not be in memory to be folded. */
export function* walkJournal(store: Store, rollout: string): Iterable<Recorded> {
  const [row] = store.rollouts({ prefix: rollout, limit: 1 });
  if (row === undefined || row.rollout !== rollout) return;
  if (row.parent !== null)
    for (const recorded of walkJournal(store, row.parent.rollout)) {
      if (recorded.position > row.parent.position) break;
      yield recorded;
    }
  yield* store.read(rollout);
}

/**
 * Milliseconds since 1970 by the clock as it is now, and from then on by one that nobody sets: an event never comes
 * before the one it follows, and limits of time are about time spent.
 */
function steadyClock(): () => number {
  const began = Date.now() - performance.now();
  return () => Math.round(began + performance.now());
}
