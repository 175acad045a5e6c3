import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OperatorError, systemCode } from '../errors.ts';
import { makeFolder } from '../make-folder.ts';
import { newerJournal } from '../migrations.ts';
import { DAMAGED, DISK_FULL, type Fault, IO_ERROR, LOCKED, NO_WRITE, TAKEN } from './faults.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';
import { STEPS } from './tables.ts';

/** Transactions of other processes are single events or objects: milliseconds, unless a disk stalls. */
export const BUSY_TIMEOUT_MS = 5_000;

/**
 * A file, made where there is none, or `:memory:`. WAL with synchronous=NORMAL: what was written survives the death of the
 * process; a power cut may lose the last moments but never damages what is before them.
 */
export class SqliteSql implements Sql {
  readonly again = false;
  readonly now = `CAST(unixepoch('subsec') * 1000 AS INTEGER)`;
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  constructor(path: string, busyMs: number) {
    this.#path = path;
    this.#db = guarded(path, () => {
      if (path !== ':memory:') makePrivate(path);
      const db = new DatabaseSync(path, { timeout: busyMs });
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      layOutTables(db, path);
      return db;
    });
  }

  run(sql: string, ...values: SqlValue[]): SqlRow[] {
    return guarded(this.#path, () => {
      let statement = this.#statements.get(sql);
      if (statement === undefined) {
        statement = this.#db.prepare(sql);
        this.#statements.set(sql, statement);
      }
      return statement.all(...values);
    });
  }

  /** There is one writer at a time. */
  change(table: string): { mine: string; settled: string } {
    const next = `(SELECT coalesce(max(changed), 0) + 1 FROM ${table})`;
    return { mine: next, settled: next };
  }

  many(sql: string, rows: readonly (readonly SqlValue[])[]): void {
    for (const row of rows) this.run(sql, ...row);
  }

  together<T>(all: () => T): T {
    if (this.#db.isTransaction) return all();
    this.run('BEGIN IMMEDIATE');
    try {
      const result = all();
      this.run('COMMIT');
      return result;
    } catch (error) {
      // A full disk has rolled it back already.
      if (this.#db.isTransaction) this.run('ROLLBACK');
      throw error;
    }
  }

  surely<T>(work: () => T): T {
    return work();
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }
}

/** What models and programs said is nobody else's business. SQLite gives `-wal` and `-shm` the mode of the file itself. */
function makePrivate(path: string): void {
  makeFolder(dirname(path));
  closeSync(openSync(path, 'a', 0o600));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat !== undefined && (stat.mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
}

/** The layout is `PRAGMA user_version`. Events carry a version of their own. */
function layOutTables(db: DatabaseSync, path: string): void {
  const version = () => Number(db.prepare('PRAGMA user_version').get()?.user_version);
  const found = version();
  if (found === STEPS.length) return;
  if (found > STEPS.length) {
    db.close();
    throw newerJournal(`the journal ${path}`, found, STEPS.length);
  }
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have done it while we waited.
    for (const [at, step] of STEPS.entries())
      if (version() === at) db.exec(`${step}; PRAGMA user_version = ${at + 1};`);
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}

/** Turns SQLite's result codes into named outcomes; anything else stays a bug. */
function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    const fault = FAULTS[sqliteCode(error) ?? ''];
    if (fault === undefined) throw error;
    throw new OperatorError(fault.code, fault.message(path), { cause: error, hint: fault.hint });
  }
}

function sqliteCode(error: unknown): string | undefined {
  if (error instanceof Error && 'errcode' in error) return String(Number(error.errcode) & 0xff);
  return systemCode(error);
}

/** SQLite's primary result codes, and Node's codes for making the folder. */
const FAULTS: Readonly<Record<string, Fault>> = {
  5: LOCKED,
  8: NO_WRITE,
  10: IO_ERROR,
  11: DAMAGED,
  13: DISK_FULL,
  14: NO_WRITE,
  19: TAKEN,
  26: DAMAGED,
  EACCES: NO_WRITE,
  EPERM: NO_WRITE,
  EISDIR: NO_WRITE,
  ENOENT: NO_WRITE,
  EEXIST: NO_WRITE,
  EROFS: NO_WRITE,
  ENOTDIR: NO_WRITE,
  ENOSPC: DISK_FULL,
};
