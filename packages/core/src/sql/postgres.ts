import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads';
import { OperatorError } from '../errors.ts';
import { newerJournal } from '../migrations.ts';
import { DAMAGED, DISK_FULL, type Fault, IO_ERROR, LOCKED, TAKEN } from './faults.ts';
import { LEASE_TABLES } from './leases.ts';
import type { Answer, Ask, Reply, Request, ThreadData } from './postgres-wire.ts';
import type { Sql, SqlRow, SqlValue } from './sql.ts';
import { forPostgres, STEPS } from './tables.ts';

export interface PostgresOptions {
  /** How long a broken connection is tried anew before `store-unreachable`. Milliseconds. */
  readonly waitMs: number;
  /** How long a worker counts as living after it was last heard of. Milliseconds. */
  readonly leaseMs: number;
}

/** Values of one statement; the protocol allows 65,535. */
const MAX_VALUES = 30_000;
/** Of objects put with one statement. */
const MAX_BYTES = 8 * 2 ** 20;
/** Until a thread has loaded what it needs, on a machine that is busy. */
const THREAD_START_MS = 30_000;
/** How often what a broken connection left undone is begun again. */
const MAX_TRIES = 3;

/**
 * A PostgreSQL server. What it answers is waited for on the spot, as with a file: a thread of its own
 * (`postgres-thread.ts`) talks to the server, this one sleeps until the answer is there (`docs/decisions/0012`).
 */
export class PostgresSql implements Sql {
  readonly now = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';
  again = false;
  /** The address without its password. */
  readonly where: string;
  readonly #port: MessagePort;
  readonly #signal = new Int32Array(new SharedArrayBuffer(4));
  readonly #thread: Worker;
  readonly #numbered = new Map<string, string>();
  readonly #waitMs: number;
  #asked = 0;
  #within = false;
  #surely = false;
  #closed = false;

  /** Throws OperatorError `store-unreachable`, `store-refused`, `journal-newer`. */
  constructor(url: string, { waitMs, leaseMs }: PostgresOptions) {
    this.where = withoutPassword(url);
    this.#waitMs = waitMs;
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const data: ThreadData = { url, port: port2, signal: this.#signal, waitMs, leaseMs };
    this.#thread = new Worker(new URL('./postgres-thread.ts', import.meta.url), {
      workerData: data,
      transferList: [port2],
      execArgv: [], // ours may be about a script on the command line
    });
    this.#thread.unref();
    port1.unref();
    try {
      this.#layOutTables();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  run(sql: string, ...values: SqlValue[]): SqlRow[] {
    return this.#query(this.#number(sql), values, true);
  }

  /** Transactions end in any order: settled are those before the oldest that still runs. */
  change(): { mine: string; settled: string } {
    return {
      mine: 'pg_current_xact_id()::text::bigint',
      settled: 'pg_snapshot_xmin(pg_current_snapshot())::text::bigint',
    };
  }

  many(sql: string, rows: readonly (readonly SqlValue[])[]): void {
    const group = /VALUES (\([^()]*\))/.exec(sql)![1]!;
    for (const part of portions(rows)) {
      const text = sql.replace(group, () => part.map(() => group).join(', '));
      this.#query(numbered(text), part.flat(), part.length === 1);
    }
  }

  together<T>(all: () => T, alone?: string): T {
    if (this.#within) return all();
    return this.surely(() => {
      this.#query('BEGIN', [], true);
      this.#within = true;
      try {
        if (alone !== undefined)
          this.run(
            `SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || ?, 0)) IS NULL AS held`,
            `heddle ${alone}`,
          );
        const result = all();
        this.#query('COMMIT', [], true);
        return result;
      } catch (error) {
        if (!(error instanceof Lost)) this.#rollBack();
        throw error;
      } finally {
        this.#within = false;
      }
    });
  }

  /** From now on `worker` counts as living until the process ends or is not heard of any more. */
  lease(worker: string, host: string): void {
    this.surely(() => this.#ask({ kind: 'lease', worker, host }));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ask({ kind: 'close' });
    this.#port.close();
    void this.#thread.terminate();
  }

  #query(sql: string, values: readonly SqlValue[], keep: boolean): SqlRow[] {
    const plain = values.map((value) =>
      typeof value === 'string' ? value.replaceAll('\0', '\uFFFD') : value,
    );
    return this.surely(() => this.#ask({ kind: 'query', sql, values: plain, within: this.#within, keep }));
  }

  surely<T>(work: () => T): T {
    if (this.#surely) return work();
    this.#surely = true;
    try {
      for (let tries = 1; ; tries++) {
        try {
          return work();
        } catch (error) {
          if (!(error instanceof Lost)) throw error;
          if (tries === MAX_TRIES) throw this.#unreachable(error.message);
          this.again = true;
        }
      }
    } finally {
      this.#surely = false;
      this.again = false;
    }
  }

  #rollBack(): void {
    try {
      this.#query('ROLLBACK', [], true);
    } catch {
      // The connection is gone and the transaction with it.
    }
  }

  #ask(request: Request): SqlRow[] {
    const id = ++this.#asked;
    Atomics.store(this.#signal, 0, 0);
    this.#port.postMessage({ id, request } satisfies Ask);
    const answer = this.#answerTo(id);
    if (answer.kind === 'rows') return answer.rows;
    if (answer.kind === 'lost') throw new Lost(answer.message);
    if (answer.kind === 'unreachable') throw this.#unreachable(answer.message);
    throw this.#refusal(answer.code, answer.message);
  }

  #answerTo(id: number): Answer {
    // Each answer has its own limits in the thread; only one that never began has none.
    const longest = id === 1 ? this.#waitMs + THREAD_START_MS : Number.POSITIVE_INFINITY;
    for (;;) {
      if (Atomics.wait(this.#signal, 0, 0, longest) === 'timed-out')
        throw new Error('the thread of the store did not start');
      Atomics.store(this.#signal, 0, 0);
      let reply: Reply | undefined;
      do {
        reply = receiveMessageOnPort(this.#port)?.message as Reply | undefined;
        if (reply?.id === id) return reply.answer;
      } while (reply !== undefined);
    }
  }

  #unreachable(why: string): OperatorError {
    return new OperatorError('store-unreachable', `the store ${this.where} cannot be reached (${why})`, {
      hint: 'see that the server runs and that this machine may reach it, then go on: nothing is lost',
    });
  }

  #refusal(code: string, message: string): Error {
    const fault = FAULTS[code] ?? FAULTS[code.slice(0, 2)];
    const cause = new Error(`${code}: ${message}`);
    if (fault === undefined) return cause;
    return new OperatorError(fault.code, `${fault.message(this.where)} (${message})`, {
      cause,
      hint: fault.hint,
    });
  }

  /** PostgreSQL counts its values: `?` in their order, `?1` by their number. */
  #number(sql: string): string {
    let text = this.#numbered.get(sql);
    if (text === undefined) {
      text = numbered(sql);
      this.#numbered.set(sql, text);
    }
    return text;
  }

  #layOutTables(): void {
    const version = () => {
      const [there] = this.run(`SELECT to_regclass('heddle_layout') IS NOT NULL AS there`);
      if (!there?.there) return 0;
      return Number(this.run('SELECT max(version) AS version FROM heddle_layout')[0]?.version ?? 0);
    };
    const found = version();
    if (found > STEPS.length) throw newerJournal(`the store ${this.where}`, found, STEPS.length);
    if (found === STEPS.length) return;
    this.together(() => {
      this.#ask({
        kind: 'script',
        sql: `CREATE TABLE IF NOT EXISTS heddle_layout(version BIGINT NOT NULL); ${LEASE_TABLES}`,
      });
      // Another process may have done it while we waited.
      for (const [at, step] of STEPS.entries()) {
        if (version() > at) continue;
        this.#ask({ kind: 'script', sql: forPostgres(step) });
        this.run('INSERT INTO heddle_layout(version) VALUES (?)', at + 1);
      }
    }, 'layout');
  }
}

/** The connection broke before the answer came. */
class Lost extends Error {}

function numbered(sql: string): string {
  let count = 0;
  return sql.replace(/\?(\d*)/g, (_, number: string) => `$${number === '' ? ++count : number}`);
}

/** As many rows at a time as one statement may have. */
function* portions(rows: readonly (readonly SqlValue[])[]): Iterable<(readonly SqlValue[])[]> {
  let part: (readonly SqlValue[])[] = [];
  let [values, bytes] = [0, 0];
  for (const row of rows) {
    const size = row.reduce<number>((sum, value) => sum + sizeOf(value), 0);
    if (part.length > 0 && (values + row.length > MAX_VALUES || bytes + size > MAX_BYTES)) {
      yield part;
      part = [];
      [values, bytes] = [0, 0];
    }
    part.push(row);
    values += row.length;
    bytes += size;
  }
  if (part.length > 0) yield part;
}

const sizeOf = (value: SqlValue) =>
  typeof value === 'string' || value instanceof Uint8Array ? value.length : 8;

export function withoutPassword(url: string): string {
  return url.replace(/^([a-z]+:\/\/[^:@/]*):[^@/]*@/i, '$1:***@').replace(/([?&]password=)[^&]*/i, '$1***');
}

const REFUSED: Fault = {
  code: 'store-refused',
  message: (where) => `the store ${where} refuses us`,
  hint: 'look at the user, the password, the name of the database and its rights in the address',
};

/** SQLSTATEs, and classes of them. */
const FAULTS: Readonly<Record<string, Fault>> = {
  '23505': TAKEN,
  '28': REFUSED,
  '3D000': REFUSED,
  '3F000': REFUSED,
  '42501': REFUSED,
  '25006': REFUSED,
  '40': LOCKED,
  '55P03': LOCKED,
  '57014': LOCKED,
  '25P03': LOCKED,
  '53100': DISK_FULL,
  '58': IO_ERROR,
  XX001: DAMAGED,
  XX002: DAMAGED,
};
