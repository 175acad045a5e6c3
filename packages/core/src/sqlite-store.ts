import { chmodSync, closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { OperatorError, systemCode } from './errors.ts';
import { EVENT_VERSION, type Recorded, type RolloutEvent } from './events.ts';
import { makeFolder } from './make-folder.ts';
import { newerJournal, parseEvent } from './migrations.ts';
import { SqliteObjects } from './objects.ts';
import { isAlive, type ProcessMark, processMark } from './process-mark.ts';
import { EXPERIMENT_TABLES, SqlExperiments } from './sql-experiments.ts';
import { SqliteResults, SqliteVersions, VERSION_TABLES } from './sqlite-versions.ts';
import type { RolloutRow, Store } from './store.ts';

/** Step n brings the tables from layout n to layout n + 1; what is there already stays as it is. */
const STEPS: readonly string[] = [
  `CREATE TABLE rollouts(
    id TEXT PRIMARY KEY, parent TEXT, parent_position INTEGER, created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rollouts_by_time ON rollouts(created_at);
  CREATE TABLE events(
    rollout TEXT NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, version INTEGER NOT NULL,
    type TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY(rollout, position)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE objects(
    digest TEXT PRIMARY KEY, codec TEXT NOT NULL, size INTEGER NOT NULL, bytes BLOB NOT NULL
  ) STRICT;
  CREATE TABLE writers(rollout TEXT PRIMARY KEY, pid INTEGER NOT NULL, mark TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
  VERSION_TABLES,
  EXPERIMENT_TABLES,
];
/** Layout of the tables; `PRAGMA user_version`. Events carry a version of their own. */
const SCHEMA_VERSION = STEPS.length;

/** Transactions of other processes are single events or objects: milliseconds, unless a disk stalls. */
const BUSY_TIMEOUT_MS = 5_000;

interface StoreOptions {
  /** How long a write waits for another process's transaction before `journal-busy`. Default: 5 s. */
  readonly busyMs?: number;
}

/**
 * Opens (or makes) a journal file. `:memory:` gives a private one.
 * WAL with synchronous=NORMAL: what `append` wrote survives the death of the process; a power cut may
 * lose the last moments but never damages what is before them.
 */
export function openStore(path: string, { busyMs = BUSY_TIMEOUT_MS }: StoreOptions = {}): Store {
  return guarded(path, () => {
    if (path !== ':memory:') makePrivate(path);
    const db = new DatabaseSync(path, { timeout: busyMs });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    migrateSchema(db, path);
    return new SqliteStore(db, path);
  });
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

function migrateSchema(db: DatabaseSync, path: string): void {
  const version = () => Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (version() === SCHEMA_VERSION) return;
  const found = version();
  if (found > SCHEMA_VERSION) {
    db.close();
    throw newerJournal(`the journal ${path}`, found, SCHEMA_VERSION);
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

class SqliteStore implements Store {
  readonly objects: SqliteObjects;
  readonly versions: SqliteVersions;
  readonly results: SqliteResults;
  readonly experiments: SqlExperiments;
  readonly #db: DatabaseSync;
  readonly #path: string;
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>();

  constructor(db: DatabaseSync, path: string) {
    this.#db = db;
    this.#path = path;
    const run = (sql: string, ...values: SQLInputValue[]) => this.#run(sql, ...values);
    const together = (all: () => void) => this.#together(all);
    this.objects = new SqliteObjects(run, together);
    this.versions = new SqliteVersions(run, together, this.objects);
    this.results = new SqliteResults(run, together);
    this.experiments = new SqlExperiments(run, together);
  }

  create(row: RolloutRow, first?: { readonly event: RolloutEvent; readonly at: number }): void {
    if (first === undefined) this.#insert(row);
    else
      this.#together(() => {
        this.#insert(row);
        this.append(row.rollout, row.parent === null ? 0 : row.parent.position + 1, first.event, first.at);
      });
  }

  #insert(row: RolloutRow): void {
    this.#run(
      'INSERT INTO rollouts(id, parent, parent_position, created_at) VALUES (?, ?, ?, ?)',
      row.rollout,
      row.parent?.rollout ?? null,
      row.parent?.position ?? null,
      row.createdAt,
    );
  }

  append(rollout: string, position: number, event: RolloutEvent, at: number): void {
    this.#run(
      'INSERT INTO events(rollout, position, at, version, type, data) VALUES (?, ?, ?, ?, ?, ?)',
      rollout,
      position,
      at,
      EVENT_VERSION,
      event.type,
      JSON.stringify(event),
    );
  }

  *read(rollout: string, from = 0, limit = -1): Iterable<Recorded> {
    const rows = this.#run(
      'SELECT position, at, version, data FROM events WHERE rollout = ? AND position >= ? ORDER BY position LIMIT ?',
      rollout,
      from,
      limit,
    );
    for (const row of rows) {
      const position = Number(row.position);
      const where = `event ${position} of rollout ${rollout}`;
      const event = parseEvent(Number(row.version), String(row.data), where);
      yield { rollout, position, at: Number(row.at), event };
    }
  }

  rollouts(options: { prefix?: string; limit?: number } = {}): RolloutRow[] {
    const rows = this.#run(
      `SELECT id, parent, parent_position, created_at FROM rollouts
       WHERE substr(id, 1, length(?1)) = ?1 ORDER BY created_at DESC, id DESC LIMIT ?2`,
      options.prefix ?? '',
      options.limit ?? -1,
    );
    return rows.map((row) => ({
      rollout: String(row.id),
      parent:
        row.parent === null ? null : { rollout: String(row.parent), position: Number(row.parent_position) },
      createdAt: Number(row.created_at),
    }));
  }

  claim(rollout: string): void {
    this.#together(() => {
      const writer = this.writerOf(rollout);
      if (writer !== null && writer.pid !== process.pid && isAlive(writer)) {
        throw new OperatorError(
          'rollout-running',
          `rollout ${rollout} is being run by process ${writer.pid}`,
          {
            hint: 'wait for it, or stop that process first',
          },
        );
      }
      const mine = processMark();
      this.#run(
        'INSERT OR REPLACE INTO writers(rollout, pid, mark) VALUES (?, ?, ?)',
        rollout,
        mine.pid,
        mine.mark,
      );
    });
  }

  release(rollout: string): void {
    this.#run('DELETE FROM writers WHERE rollout = ? AND pid = ?', rollout, process.pid);
  }

  writerOf(rollout: string): ProcessMark | null {
    const [row] = this.#run('SELECT pid, mark FROM writers WHERE rollout = ?', rollout);
    return row === undefined ? null : { pid: Number(row.pid), mark: String(row.mark) };
  }

  isRunning(rollout: string): boolean {
    const writer = this.writerOf(rollout);
    return writer !== null && isAlive(writer);
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  /** All of it or nothing, whenever the process dies. */
  #together(run: () => void): void {
    this.#run('BEGIN IMMEDIATE');
    try {
      run();
      this.#run('COMMIT');
    } catch (error) {
      // A full disk has rolled it back already.
      if (this.#db.isTransaction) this.#run('ROLLBACK');
      throw error;
    }
  }

  #run(sql: string, ...values: SQLInputValue[]) {
    return guarded(this.#path, () => {
      let statement = this.#statements.get(sql);
      if (statement === undefined) {
        statement = this.#db.prepare(sql);
        this.#statements.set(sql, statement);
      }
      return statement.all(...values);
    });
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

interface Fault {
  readonly code: string;
  readonly message: (path: string) => string;
  readonly hint: string;
}

const OTHER_HOME = 'set HEDDLE_HOME to a folder on another disk, then `heddle resume`';
const NO_WRITE: Fault = {
  code: 'journal-not-writable',
  message: (path) => `the journal ${path} cannot be written`,
  hint: 'check its permissions, or set HEDDLE_HOME to another folder',
};
const DISK_FULL: Fault = {
  code: 'disk-full',
  message: (path) => `the disk is full: the journal ${path} cannot grow`,
  hint: `free some space and \`heddle resume\`, or ${OTHER_HOME}`,
};
const DAMAGED: Fault = {
  code: 'journal-damaged',
  message: (path) => `${path} is damaged or no Heddle journal`,
  hint: 'move it away, or set HEDDLE_HOME to another folder',
};

/** SQLite's primary result codes, and Node's codes for making the folder. */
const FAULTS: Readonly<Record<string, Fault>> = {
  5: {
    code: 'journal-busy',
    message: (path) => `the journal ${path} is locked by another process, and stayed so`,
    hint: 'try again, or stop the other process',
  },
  8: NO_WRITE,
  10: {
    code: 'journal-io-error',
    message: (path) => `the disk refused to read or write the journal ${path}`,
    hint: `look at the disk (dmesg), or ${OTHER_HOME}`,
  },
  11: DAMAGED,
  13: DISK_FULL,
  14: NO_WRITE,
  19: {
    code: 'journal-position-taken',
    message: (path) => `another process wrote to the same rollout in ${path}`,
    hint: 'only one process may run a rollout; `heddle list` shows which are running',
  },
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
