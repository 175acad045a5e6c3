import { withinOf } from '@heddle/agent';
import { messageOf, OperatorError, type RolloutRow, type Store } from '@heddle/core';
import type { ModelsConfig } from '@heddle/models';
import type { RolloutLine } from '../told/lines.ts';
import { RecentMap } from './recent-map.ts';
import { chainOf, eventsBetween, type Segment } from './rollout/chain.ts';
import { RolloutFacts } from './rollout/facts.ts';
import { lineOf } from './rollout/line.ts';
import { clipped } from './rollout/words.ts';

/** Of an agent made of agents a rollout each; so many are passed over for each that is shown. */
const PARTS_BETWEEN = 20;
const MAX_REASON = 400;
/** Lines kept; the oldest looked at go first. */
const MOST_KEPT = 5_000;
/** The list of rollouts is asked for anew so often, and whenever there is a newer one. */
const ROWS_MS = 5_000;

interface Kept {
  readonly line: RolloutLine | null;
  /** Position of its last event when it was read; infinite: it cannot be read. */
  readonly last: number;
  /** What goes on from there; null: it was over, and is read from its beginning should it be taken up again. */
  readonly reading: Reading | null;
}

interface Reading {
  readonly chain: readonly Segment[];
  readonly facts: RolloutFacts;
}

/** Rows of a page are asked for so many at a time. */
const ROWS_AT_ONCE = 200;

/** Own rollouts of one day, at most. */
const MOST_LISTED = 500;

export interface ListOptions {
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

export interface PageOptions {
  /** The rollout that the page before ended with; undefined: from the newest. */
  readonly after?: string | undefined;
  readonly limit: number;
  /** Of `performance.now()`: what was not looked at by then is left to the next page. At least one is looked at. */
  readonly until: number;
  wanted(line: RolloutLine): boolean;
}

export interface LinesPage {
  readonly lines: readonly RolloutLine[];
  /** How many were looked at, those that are not wanted too. */
  readonly looked: number;
  /** What the next page goes on after; null: there are no more. */
  readonly next: string | null;
}

export interface Lines<Line> {
  readonly lines: readonly Line[];
  readonly pending: number;
}

/** Lines of rollouts. A journal is read once, and while it goes on only what is new of it. */
export class RolloutLines {
  readonly #store: Store;
  readonly #config: ModelsConfig;
  readonly #kept = new RecentMap<string, Kept>(MOST_KEPT);
  readonly #own = new Map<string, boolean>();
  #rows: { readonly newest: string | undefined; readonly at: number; readonly rows: RolloutRow[] } | null =
    null;

  constructor(store: Store, config: ModelsConfig) {
    this.#store = store;
    this.#config = config;
  }

  /**
   * The person's own rollouts (no parts of others, no trials), newest first: so many, and all since a time. Those that are
   * not known yet are read until `until` (of `performance.now()`), at least one; the rest is `pending`, for the next call.
   */
  list({ limit, since, until }: ListOptions): Lines<RolloutLine> {
    const lines: RolloutLine[] = [];
    let pending = 0;
    let read = 0;
    for (const row of this.#listed()) {
      const enough = lines.length + pending >= limit && row.createdAt < since;
      if (enough || lines.length + pending >= MOST_LISTED) break;
      if (!this.#isOwn(row.rollout)) continue;
      if (!this.#kept.has(row.rollout)) {
        if (read > 0 && performance.now() > until) {
          pending += 1;
          continue;
        }
        read += 1;
      }
      const line = this.of(row);
      if (line !== null) lines.push(line);
    }
    return { lines, pending };
  }

  /** The person's own rollouts by pages, newest first. Throws OperatorError `no-such-rollout`. */
  page({ after, limit, until, wanted }: PageOptions): LinesPage {
    const lines: RolloutLine[] = [];
    let looked = 0;
    let last = after === undefined ? undefined : this.#row(after);
    for (;;) {
      const rows = this.#store.rollouts({
        ...{ limit: ROWS_AT_ONCE, trials: false },
        ...(last === undefined ? {} : { after: last }),
      });
      for (const row of rows) {
        last = row;
        const line = this.#isOwn(row.rollout) ? this.of(row) : null;
        if (line === null) continue;
        looked += 1;
        if (wanted(line)) lines.push(line);
        if (lines.length >= limit || performance.now() > until) return { lines, looked, next: row.rollout };
      }
      if (rows.length < ROWS_AT_ONCE) return { lines, looked, next: null };
    }
  }

  #row(rollout: string): RolloutRow {
    const row = this.#store.rollouts({ prefix: rollout }).find((each) => each.rollout === rollout);
    if (row !== undefined) return row;
    throw new OperatorError('no-such-rollout', `there is no rollout ${rollout}`);
  }

  /** Null: its process died before it wrote anything. */
  of(row: RolloutRow): RolloutLine | null {
    const kept = this.#kept.get(row.rollout);
    const now = this.#grown(row, kept);
    if (now !== kept) this.#kept.set(row.rollout, now);
    return this.#now(now);
  }

  #listed(): readonly RolloutRow[] {
    const newest = this.#store.rollouts({ limit: 1, trials: false })[0]?.rollout;
    const at = performance.now();
    if (this.#rows !== null && this.#rows.newest === newest && at - this.#rows.at < ROWS_MS)
      return this.#rows.rows;
    const rows = this.#store.rollouts({ limit: MOST_LISTED * PARTS_BETWEEN, trials: false });
    this.#rows = { newest, at, rows };
    return rows;
  }

  /** One that cannot be read says so in its line. It is tried again unless it stays so: a store may be busy for a while. */
  #grown(row: RolloutRow, kept: Kept | undefined): Kept {
    try {
      return this.#read(row, kept);
    } catch (error) {
      const last = staysUnreadable(error) ? Number.POSITIVE_INFINITY : -1;
      return { line: unreadable(row, messageOf(error)), last, reading: null };
    }
  }

  #read({ rollout }: RolloutRow, kept: Kept | undefined): Kept {
    if (kept !== undefined && !this.#grew(rollout, kept.last)) return kept;
    const { chain, facts } = kept?.reading ?? {
      chain: chainOf(this.#store, rollout),
      facts: new RolloutFacts(rollout),
    };
    let last = kept?.reading ? kept.last : -1;
    for (const recorded of eventsBetween(this.#store, chain, last + 1, Number.POSITIVE_INFINITY)) {
      facts.apply(recorded);
      last = recorded.position;
    }
    if (facts.startedAt === 0) return { line: null, last, reading: null };
    return {
      ...{ line: lineOf(facts, { running: false, prices: this.#config }), last },
      reading: facts.isOver ? null : { chain, facts },
    };
  }

  #grew(rollout: string, last: number): boolean {
    if (last === Number.POSITIVE_INFINITY) return false;
    for (const _ of this.#store.read(rollout, last + 1, 1)) return true;
    return false;
  }

  /** That a process works on it is no event. */
  #now({ line, reading }: Kept): RolloutLine | null {
    const running = line !== null && reading !== null && this.#store.isRunning(line.rollout);
    return running ? { ...line, status: 'running', reason: '' } : line;
  }

  #isOwn(rollout: string): boolean {
    const known = this.#own.get(rollout);
    if (known !== undefined) return known;
    try {
      // One that has not begun has no line, and does not say yet whose it is.
      if (!this.#grew(rollout, -1)) return false;
      const own = withinOf(this.#store, rollout) === null;
      this.#own.set(rollout, own);
      return own;
    } catch {
      return true; // Shown, and its line says what is wrong.
    }
  }
}

/** Damaged, or of a newer Heddle. */
function staysUnreadable(error: unknown): boolean {
  return error instanceof OperatorError && ['journal-damaged', 'journal-newer'].includes(error.code);
}

function unreadable({ rollout, parent, createdAt }: RolloutRow, reason: string): RolloutLine {
  return {
    ...{ rollout, parent: parent?.rollout ?? null, startedAt: createdAt, status: 'unreadable' },
    ...{ task: '', repo: '', agent: '', model: '', reason: clipped(reason, MAX_REASON) },
    ...{ seconds: 0, steps: 0, usd: null, verified: false, probability: null },
  };
}
