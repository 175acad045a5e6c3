import { OperatorError } from './errors.ts';
import { ProcessClaims } from './sql/claims.ts';
import { LeaseClaims } from './sql/leases.ts';
import { PostgresSql } from './sql/postgres.ts';
import { SqlStore } from './sql/sql-store.ts';
import { BUSY_TIMEOUT_MS, SqliteSql } from './sql/sqlite.ts';
import type { Store } from './store.ts';

export { withoutPassword } from './sql/postgres.ts';

/** How long a server that cannot be reached is tried anew: a restart of it, a switch that is replaced. */
const SERVER_WAIT_MS = 60_000;

/** A worker that was not heard of for so long counts as dead: a few renewals, each of which may be late. */
const LEASE_MS = 30_000;

interface StoreOptions {
  /** SQLite: how long a write waits for another process's transaction before `journal-busy`. Default: 5 s. */
  readonly busyMs?: number;
  /** PostgreSQL: how long a broken connection is tried anew before `store-unreachable`. Default: 60 s. */
  readonly waitMs?: number;
  /** PostgreSQL: after how long without a sign of life another may take a rollout over. Default: 30 s. */
  readonly leaseMs?: number;
}

/** Whether a store's place is a server's address rather than a file. */
export function isServer(place: string): boolean {
  return /^postgres(ql)?:\/\//i.test(place);
}

/**
 * Opens (or makes) a store: a journal file, `:memory:` for a private one, or `postgres://user:password@host/database`, whose
 * first use lays out its tables (in the first schema of its search path). Throws OperatorError `journal-not-writable`,
 * `journal-newer`, `journal-damaged`, `store-unreachable`, `store-refused`, `not-a-store`.
 */
export function openStore(place: string, options: StoreOptions = {}): Store {
  const { busyMs = BUSY_TIMEOUT_MS, waitMs = SERVER_WAIT_MS, leaseMs = LEASE_MS } = options;
  if (isServer(place)) {
    const sql = new PostgresSql(place, { waitMs, leaseMs });
    return new SqlStore(sql, new LeaseClaims(sql));
  }
  if (/^[a-z]+:\/\//i.test(place)) {
    throw new OperatorError('not-a-store', `${place} is no store that Heddle knows`, {
      hint: 'give postgres://user@host/database, or the path of a file',
    });
  }
  const sql = new SqliteSql(place, busyMs);
  return new SqlStore(sql, new ProcessClaims(sql));
}
