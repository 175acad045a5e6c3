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

  /** The person's own rollouts (no parts of others, no trials), newest first, from those registered last. */
  list(limit: number): RolloutLine[] {
    const lines: RolloutLine[] = [];
    for (const row of this.#store.rollouts({ limit: limit * PARTS_BETWEEN, trials: false })) {
      if (lines.length >= limit) break;
      if (!this.#isOwn(row.rollout)) continue;
      const line = this.of(row);
      if (line !== null) lines.push(line);
    }
    return lines;
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
