import { dirname } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { makeFolder } from '@heddle/core';
import { EXTRACTOR_VERSION } from '../symbols/extract.ts';
import { type FileSummary, packed, unpacked } from './summary.ts';

/** Layout of the table and of what {@link packed} writes. */
const LAYOUT = 1;
/** Other processes write their own new files, a batch at a time. */
const BUSY_TIMEOUT_MS = 2_000;
/** A summary nobody has asked for so long is dropped. */
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

/**
 * Summaries of files by the digest of language and text, kept in a file over processes and workspaces. It is only a
 * cache: whatever is wrong with the file (no room, damaged, of another version), the map is made without it.
 */
export class SummaryCache {
  readonly #db: DatabaseSync;
  readonly #get: StatementSync;
  readonly #put: StatementSync;
  readonly #touch: StatementSync;
  readonly #today = Math.floor(Date.now() / DAY_MS);

  /** Null: there can be none. */
  static async open(path: string): Promise<SummaryCache | null> {
    try {
      const { DatabaseSync } = await import('node:sqlite');
      if (path !== ':memory:') makeFolder(dirname(path));
      const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;');
      const version = LAYOUT * 1_000 + EXTRACTOR_VERSION;
      if (Number(db.prepare('PRAGMA user_version').get()?.user_version) !== version) {
        db.exec(`DROP TABLE IF EXISTS files;
          CREATE TABLE files(digest TEXT PRIMARY KEY, summary TEXT NOT NULL, used INTEGER NOT NULL) STRICT, WITHOUT ROWID;
          PRAGMA user_version = ${version};`);
      }
      return new SummaryCache(db);
    } catch {
      return null;
    }
  }

  private constructor(db: DatabaseSync) {
    this.#db = db;
    this.#get = db.prepare('SELECT summary, used FROM files WHERE digest = ?');
    this.#put = db.prepare('INSERT OR REPLACE INTO files(digest, summary, used) VALUES (?, ?, ?)');
    this.#touch = db.prepare('UPDATE files SET used = ? WHERE digest = ?');
  }

  /** Of many at once; those that are not there are left out. */
  get(digests: readonly string[]): Map<string, FileSummary> {
    const found = new Map<string, FileSummary>();
    this.#safely(() => {
      for (const digest of digests) {
        const row = this.#get.get(digest);
        const summary = typeof row?.summary === 'string' ? unpacked(row.summary) : null;
        if (summary === null) continue;
        found.set(digest, summary);
        if (row?.used !== this.#today) this.#touch.run(this.#today, digest);
      }
    });
    return found;
  }

  put(summaries: ReadonlyMap<string, FileSummary>): void {
    this.#safely(() => {
      for (const [digest, summary] of summaries) this.#put.run(digest, packed(summary), this.#today);
    });
  }

  close(): void {
    try {
      this.#db.prepare('DELETE FROM files WHERE used < ?').run(this.#today - KEPT_DAYS);
      this.#db.close();
    } catch {
      // Busy or full: the next one drops what is old.
    }
  }

  /** In one transaction; a failure costs the cache and nothing else. */
  #safely(run: () => void): void {
    try {
      this.#db.exec('BEGIN');
      run();
      this.#db.exec('COMMIT');
    } catch {
      try {
        this.#db.exec('ROLLBACK');
      } catch {
        // There was no transaction to end.
      }
    }
  }
}
