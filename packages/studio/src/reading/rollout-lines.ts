import { type Overview, overviewOf, type Unreadable, withinOf } from '@heddle/agent';
import { messageOf, type RolloutRow, type Store } from '@heddle/core';
import type { ModelsConfig } from '@heddle/models';
import type { RolloutLine } from '../told/lines.ts';

/** Of an agent made of agents a rollout each; so many are passed over for each that is shown. */
const PARTS_BETWEEN = 20;
const MAX_TASK = 200;
const MAX_REASON = 400;
/** Lines kept; the oldest looked at go first. */
const MOST_KEPT = 5_000;

interface Kept {
  /** Position of its last event when it was read. */
  readonly last: number;
  readonly line: RolloutLine | null;
}

/** Own rollouts of one day, at most. */
const MOST_LISTED = 500;

export interface ListOptions {
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

export interface Lines<Line> {
  readonly lines: readonly Line[];
  readonly pending: number;
}

/** Lines of rollouts. A journal is read whole once, and again only when it has grown. */
export class RolloutLines {
  readonly #store: Store;
  readonly #config: ModelsConfig;
  readonly #kept = new Map<string, Kept>();
  readonly #own = new Map<string, boolean>();

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
    const rows = this.#store.rollouts({ limit: MOST_LISTED * PARTS_BETWEEN, trials: false });
    for (const row of rows) {
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

  /** Null: its process died before it wrote anything. */
  of({ rollout, parent, createdAt }: RolloutRow): RolloutLine | null {
    const kept = this.#kept.get(rollout);
    if (kept !== undefined && !this.#grew(rollout, kept.last)) return this.#now(kept.line);
    let last = -1;
    for (const { position } of this.#tail(rollout, kept?.last ?? -1)) last = position;
    const line = this.#read(rollout, { parent: parent?.rollout ?? null, createdAt });
    this.#kept.delete(rollout);
    this.#kept.set(rollout, { last: Math.max(last, kept?.last ?? -1), line });
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return this.#now(line);
  }

  #tail(rollout: string, from: number) {
    return this.#store.read(rollout, from + 1);
  }

  #grew(rollout: string, last: number): boolean {
    for (const _ of this.#store.read(rollout, last + 1, 1)) return true;
    return false;
  }

  /** That a process works on it is no event. */
  #now(line: RolloutLine | null): RolloutLine | null {
    if (line === null || (line.status !== 'interrupted' && line.status !== 'running')) return line;
    return { ...line, status: this.#store.isRunning(line.rollout) ? 'running' : 'interrupted' };
  }

  #isOwn(rollout: string): boolean {
    const known = this.#own.get(rollout);
    if (known !== undefined) return known;
    let own = true;
    try {
      own = withinOf(this.#store, rollout) === null;
    } catch {
      // Damaged, or of a newer Heddle: shown, and said so.
    }
    this.#own.set(rollout, own);
    return own;
  }

  #read(
    rollout: string,
    { parent, createdAt }: { readonly parent: string | null; readonly createdAt: number },
  ): RolloutLine | null {
    try {
      const overview = overviewOf(this.#store, rollout, this.#config);
      return overview === null ? null : lineOf(overview, parent);
    } catch (error) {
      return unreadable(
        { rollout, status: 'unreadable', reason: messageOf(error), startedAt: createdAt },
        parent,
      );
    }
  }
}

function lineOf(overview: Overview, parent: string | null): RolloutLine {
  const { rollout, status, startedAt, seconds, steps, verified, probability } = overview;
  return {
    ...{ rollout, status, startedAt, seconds, steps, verified, probability, parent },
    task: overview.task.trim().split('\n', 1)[0]!.slice(0, MAX_TASK),
    repo: overview.repo,
    agent: overview.agent,
    model: overview.config.model,
    usd: overview.costUsd,
    reason: overview.reason.slice(0, MAX_REASON),
  };
}

function unreadable({ rollout, reason, startedAt }: Unreadable, parent: string | null): RolloutLine {
  return {
    ...{ rollout, reason, startedAt, parent, status: 'unreadable', task: '', repo: '', agent: '', model: '' },
    ...{ seconds: 0, steps: 0, usd: null, verified: false, probability: null },
  };
}
