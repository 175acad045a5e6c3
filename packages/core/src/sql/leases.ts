import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { isAlive, type ProcessMark, processMark } from '../process-mark.ts';
import { type Claims, runningElsewhere } from './claims.ts';
import type { PostgresSql } from './postgres.ts';

/** In place of `writers`, on a server that several machines use. `expires_at`: by the server's clock. */
export const LEASE_TABLES = `
  CREATE TABLE IF NOT EXISTS workers(id TEXT PRIMARY KEY, host TEXT NOT NULL, expires_at BIGINT NOT NULL);
  CREATE TABLE IF NOT EXISTS leases(
    rollout TEXT COLLATE "C" PRIMARY KEY, worker TEXT NOT NULL, pid BIGINT NOT NULL, mark TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS leases_by_worker ON leases(worker);
`;

/**
 * Claims across machines. A worker (this process) is living while its lease runs, which a thread of its own renews; one on
 * the same machine is known to be dead at once. Whoever lost a claim while it was cut off can write no more
 * ({@link Claims.fence}), so the next one goes on from a journal that does not move.
 */
export class LeaseClaims implements Claims {
  readonly #sql: PostgresSql;
  readonly #worker = randomUUID();
  readonly #host = hostId();
  readonly #mine = new Set<string>();
  #leased = false;

  constructor(sql: PostgresSql) {
    this.#sql = sql;
  }

  claim(rollout: string): void {
    if (!this.#leased) this.#sql.lease(this.#worker, this.#host);
    this.#leased = true;
    this.#sql.together(() => {
      const holder = this.#holder(rollout);
      if (holder?.alive && holder.worker !== this.#worker && !this.#isOurs(holder))
        throw runningElsewhere(
          rollout,
          holder.here ? `process ${holder.pid}` : 'a worker of another machine',
        );
      const { pid, mark } = processMark();
      this.#sql.run(
        `INSERT INTO leases(rollout, worker, pid, mark) VALUES (?, ?, ?, ?) ON CONFLICT(rollout)
         DO UPDATE SET worker = excluded.worker, pid = excluded.pid, mark = excluded.mark`,
        ...[rollout, this.#worker, pid, mark],
      );
    }, `rollout ${rollout}`);
    this.#mine.add(rollout);
  }

  release(rollout: string): void {
    this.#mine.delete(rollout);
    this.#sql.run('DELETE FROM leases WHERE rollout = ? AND worker = ?', rollout, this.#worker);
  }

  writerOf(rollout: string): ProcessMark | null {
    return this.#holder(rollout);
  }

  isRunning(rollout: string): boolean {
    return this.#holder(rollout)?.alive === true;
  }

  fence(rollout: string): string | null {
    return this.#mine.has(rollout) ? this.#worker : null;
  }

  #holder(rollout: string) {
    const [row] = this.#sql.run(
      `SELECT worker, pid, mark, host, expires_at > ${this.#sql.now} AS leased
       FROM leases LEFT JOIN workers ON id = worker WHERE rollout = ?`,
      rollout,
    );
    if (row === undefined) return null;
    const process = { pid: Number(row.pid), mark: String(row.mark) };
    const here = row.host === this.#host;
    const alive = Boolean(row.leased) && (!here || isAlive(process));
    return { ...process, worker: String(row.worker), here, alive };
  }

  /** Another store of this process: one process is one writer. */
  #isOurs({ here, pid }: { readonly here: boolean; readonly pid: number }): boolean {
    return here && pid === process.pid;
  }
}

/** Where a process id means the same: a running kernel and, on Linux, a namespace of processes (a container has its own). */
function hostId(): string {
  let place: string;
  try {
    place = `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    place = hostname();
  }
  return createHash('sha256').update(place).digest('hex').slice(0, 32);
}
