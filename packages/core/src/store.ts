import type { Recorded, RolloutEvent } from './events.ts';

/** One line of `heddle list`: derived from the journal when its first and last events are written. */
export interface RolloutRow {
  readonly rollout: string;
  readonly parent: { readonly rollout: string; readonly position: number } | null;
  readonly createdAt: number;
}

/**
 * Where journals and objects live. Append-only: nothing is ever changed or removed through it.
 * Several processes may read while one writes; two writers of one rollout is an error
 * (`journal-position-taken`), never a mix.
 *
 * Implementations: SQLite (`sqlite-store.ts`). Each runs `test/store-conformance.ts`.
 */
export interface Store {
  /** Registers a rollout; its events then start at `parent.position + 1`, or 0. */
  create(row: RolloutRow): void;
  /** Durable against the death of the process when it returns. */
  append(rollout: string, position: number, event: RolloutEvent, at: number): void;
  /** Own events of one rollout (not its parents'), from a position on, in order. */
  read(rollout: string, from?: number): Iterable<Recorded>;
  /** Newest first. `prefix` selects ids that begin with it. */
  rollouts(options?: { prefix?: string; limit?: number }): RolloutRow[];
  /**
   * Marks this process as the one writer of a rollout until released or dead.
   * Throws OperatorError `rollout-running` while another live process has it.
   */
  claim(rollout: string): void;
  release(rollout: string): void;
  /** A live process (this one included) is working on it. */
  isRunning(rollout: string): boolean;
  readonly objects: ObjectStore;
  close(): void;
}

/** Content-addressed bytes (SHA-256), compressed at rest. Putting the same bytes twice costs nothing. */
export interface ObjectStore {
  put(bytes: Uint8Array | string): string;
  /** Throws `object-missing` (a bug or a damaged store). */
  get(digest: string): Uint8Array;
  has(digest: string): boolean;
}
