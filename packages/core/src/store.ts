import type { Desk } from './desk.ts';
import type { Recorded, RolloutEvent } from './events.ts';
import type { ExperimentTable } from './experiments.ts';
import type { ProcessMark } from './process-mark.ts';
import type { RateTable } from './rates.ts';
import type { Ratings } from './ratings.ts';
import type { ResultIndex } from './result-index.ts';
import type { SnapshotPacks } from './snapshot-packs.ts';
import type { VersionRegister } from './version-register.ts';

/** That a rollout exists and whose fork it is; everything else about it is in its events. */
export interface RolloutRow {
  readonly rollout: string;
  readonly parent: { readonly rollout: string; readonly position: number } | null;
  readonly createdAt: number;
}

/**
 * Where journals and objects live. Append-only: no rollout, event or object is ever changed or removed through it.
 * Several processes may read while one writes; two writers of one rollout is an error
 * (`journal-position-taken`), never a mix.
 *
 * One implementation (`sql/sql-store.ts`) on two databases: SQLite, PostgreSQL. Each runs `test/store-conformance.ts`.
 */
export interface Store {
  /**
   * Registers a rollout, with its first event in the same transaction if given. Its events start at
   * `parent.position + 1`, or 0.
   */
  create(row: RolloutRow, first?: { readonly event: RolloutEvent; readonly at: number }): void;
  /** When it returns, the event survives the death of the process. Throws OperatorError `journal-position-taken`. */
  append(rollout: string, position: number, event: RolloutEvent, at: number): void;
  /**
   * Own events of one rollout (not its parents'), from a position on, in order, `limit` of them or all; none of a
   * rollout that is not there.
   * Throws OperatorError `journal-newer`, `journal-damaged` at the event that cannot be read.
   */
  read(rollout: string, from?: number, limit?: number): Iterable<Recorded>;
  /**
   * Newest first. `prefix` selects ids that begin with it; `trials` false leaves out those that experiments began; `after`:
   * those that come after this one in this order.
   */
  rollouts(options?: {
    prefix?: string;
    limit?: number;
    trials?: boolean;
    after?: Pick<RolloutRow, 'rollout' | 'createdAt'>;
  }): RolloutRow[];
  /**
   * Marks this process as the one writer of a rollout until released or dead; on a server, until nothing was heard of it
   * for so long that another may go on in its place, from when on its events are refused (`journal-position-taken`).
   * Throws OperatorError `rollout-running` while another live process has it.
   */
  claim(rollout: string): void;
  /** Takes the mark away if it is this process's. */
  release(rollout: string): void;
  /** The process that claimed it last and did not release it, living or dead. */
  writerOf(rollout: string): ProcessMark | null;
  /** A live process (this one included) is working on it. */
  isRunning(rollout: string): boolean;
  readonly objects: ObjectStore;
  readonly versions: VersionRegister;
  readonly results: ResultIndex;
  readonly snapshotPacks: SnapshotPacks;
  readonly rates: RateTable;
  readonly experiments: ExperimentTable;
  readonly desk: Desk;
  readonly ratings: Ratings;
  close(): void;
}

/** Content-addressed bytes (SHA-256), compressed at rest where that helps. The same bytes are stored once. */
export interface ObjectStore {
  /** Gives the digest. */
  put(bytes: Uint8Array | string): string;
  /** All of them or none, in far less time than one by one. */
  putAll(contents: Iterable<Uint8Array | string>): void;
  /** Throws `object-missing` (a bug or a damaged store). */
  get(digest: string): Uint8Array;
  has(digest: string): boolean;
}
