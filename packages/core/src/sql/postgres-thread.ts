/**
 * The thread that talks to a PostgreSQL server, so that the others can wait for it without giving up their turn. It holds
 * one connection for requests and, once a lease was asked for, a second one that renews it whatever the first one does.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { workerData } from 'node:worker_threads';
import pg from 'pg';
import { messageOf, systemCode } from '../errors.ts';
import type { Answer, Ask, Reply, Request, ThreadData } from './postgres-wire.ts';
import type { SqlRow } from './sql.ts';

const { url, port, signal, waitMs, leaseMs } = workerData as ThreadData;

/** One try; the next follows until `waitMs` are over. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Between two tries: grows to the second. */
const BACKOFF_MS = [50, 1_000] as const;
/** The server gives up a statement. The largest is a page of events. */
const STATEMENT_TIMEOUT_MS = 60_000;
/** As long as another's transaction may take, and then some. */
const LOCK_TIMEOUT_MS = 10_000;
/** A transaction whose owner is gone must not hold others up. */
const IDLE_IN_TRANSACTION_MS = 5_000;
/** A server that says nothing for so long is behind a broken line. */
const SILENCE_MS = STATEMENT_TIMEOUT_MS + 5_000;
/** A lease is renewed several times before it ends; a renewal that takes as long as two is tried on a new connection. */
const RENEWALS_PER_LEASE = 4;
/** A server that does not answer must not keep a process from ending. */
const CLOSE_MS = 3_000;

const { builtins } = pg.types;
const parsers = new Map<number, (text: string) => unknown>([
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
]);
const types = {
  getTypeParser: (id: number, format?: 'text' | 'binary') =>
    (format !== 'binary' && parsers.get(id)) || pg.types.getTypeParser(id, format as 'text'),
} as pg.CustomTypesConfig;

class Connection {
  readonly #client: pg.Client;
  /** Names of prepared statements by their text. */
  readonly #names = new Map<string, string>();
  readonly #silenceMs: number;
  broken: Error | null = null;

  constructor(silenceMs = SILENCE_MS) {
    this.#silenceMs = silenceMs;
    this.#client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      keepAlive: true,
      application_name: 'heddle',
      types,
    });
    this.#client.on('error', (error) => {
      this.broken ??= error;
    });
    this.#client.on('end', () => {
      this.broken ??= new Error('the server closed the connection');
    });
  }

  async open(): Promise<void> {
    await this.#client.connect();
  }

  async query(text: string, values?: readonly unknown[], keep = false): Promise<SqlRow[]> {
    let name = keep ? this.#names.get(text) : undefined;
    if (keep && name === undefined) {
      name = `h${this.#names.size}`;
      this.#names.set(text, name);
    }
    const asked = this.#client.query<SqlRow>({
      text,
      ...(values === undefined ? {} : { values: [...values] }),
      ...(name === undefined ? {} : { name }),
    });
    const silence = setTimeout(() => this.drop(new Error('the server does not answer')), this.#silenceMs);
    try {
      return (await asked).rows;
    } finally {
      clearTimeout(silence);
    }
  }

  drop(why: Error): void {
    this.broken ??= why;
    // Not `end`: that waits for a server which may never answer.
    (this.#client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
  }

  async close(): Promise<void> {
    if (this.broken === null) await this.#client.end();
  }
}

let main: Connection | null = null;
let renewing: Renewal | null = null;

/** A connection, tried until `waitMs` are over where the server cannot be reached. */
async function connected(): Promise<Connection> {
  if (main !== null && main.broken === null) return main;
  main = null;
  const until = performance.now() + waitMs;
  for (let wait: number = BACKOFF_MS[0]; ; wait = Math.min(2 * wait, BACKOFF_MS[1])) {
    const connection = new Connection();
    try {
      await connection.open();
      main = connection;
      return connection;
    } catch (error) {
      connection.drop(error as Error);
      if (!isUnreachable(error) || performance.now() + wait > until) throw error;
    }
    await pause(wait);
  }
}

/** SQLSTATE classes of a server that is starting, stopping, or has no connection left. */
function isUnreachable(error: unknown): boolean {
  const code = systemCode(error) ?? '';
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|57P|53300)/.test(code);
}

async function answer(request: Request): Promise<Answer> {
  if (request.kind === 'close') {
    const closed = Promise.all([renewing?.end(), main?.close()]).catch(() => {});
    await Promise.race([closed, pause(CLOSE_MS)]);
    return { kind: 'rows', rows: [] };
  }
  if (request.kind === 'lease') {
    renewing ??= new Renewal(request.worker, request.host);
    return attempt(() => renewing!.renew());
  }
  const within = request.kind === 'script' || request.within;
  if (within && (main === null || main.broken !== null))
    return { kind: 'lost', message: main?.broken?.message ?? 'no connection' };
  let connection: Connection;
  try {
    connection = await connected();
  } catch (error) {
    return isUnreachable(error) ? { kind: 'unreachable', message: messageOf(error) } : refusal(error);
  }
  return attempt(
    () =>
      request.kind === 'script'
        ? connection.query(request.sql)
        : connection.query(request.sql, request.values, request.keep),
    connection,
  );
}

async function attempt(ask: () => Promise<SqlRow[]>, connection?: Connection): Promise<Answer> {
  try {
    const rows = await ask();
    return { kind: 'rows', rows: Array.isArray(rows) ? rows : [] };
  } catch (error) {
    const lost = connection?.broken ?? (isUnreachable(error) ? (error as Error) : null);
    if (lost === null) return refusal(error);
    connection?.drop(lost);
    return { kind: 'lost', message: messageOf(lost) };
  }
}

function refusal(error: unknown): Answer {
  return { kind: 'refused', code: systemCode(error) ?? '', message: messageOf(error) };
}

/** Says again and again that this process lives, by the server's clock. */
class Renewal {
  readonly #worker: string;
  readonly #host: string;
  readonly #timer: NodeJS.Timeout;
  #connection: Connection | null = null;
  #under: Promise<SqlRow[]> | null = null;

  constructor(worker: string, host: string) {
    this.#worker = worker;
    this.#host = host;
    // A failed one is made up for by the next, or the lease ends.
    this.#timer = setInterval(() => this.renew().catch(() => {}), leaseMs / RENEWALS_PER_LEASE);
  }

  /** One at a time: a slow server must not have more and more of them. */
  renew(): Promise<SqlRow[]> {
    this.#under ??= this.#renew().finally(() => {
      this.#under = null;
    });
    return this.#under;
  }

  async #renew(): Promise<SqlRow[]> {
    if (this.#connection === null || this.#connection.broken !== null) {
      this.#connection = new Connection((2 * leaseMs) / RENEWALS_PER_LEASE);
      await this.#connection.open();
    }
    return this.#connection.query(
      `INSERT INTO workers(id, host, expires_at)
       VALUES ($1, $2, (extract(epoch FROM clock_timestamp()) * 1000)::bigint + $3)
       ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at`,
      [this.#worker, this.#host, leaseMs],
      true,
    );
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.#under?.catch(() => {});
    try {
      await this.#connection?.query('DELETE FROM leases WHERE worker = $1', [this.#worker]);
      await this.#connection?.query('DELETE FROM workers WHERE id = $1', [this.#worker]);
      await this.#connection?.close();
    } catch {
      this.#connection?.drop(new Error('ended')); // the lease ends by itself
    }
  }
}

/** The request under way. */
let asked = 0;

function reply(id: number, message: Answer): void {
  port.postMessage({ id, answer: message } satisfies Reply);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

port.on('message', async ({ id, request }: Ask) => {
  asked = id;
  reply(id, await answer(request).catch(refusal));
  if (request.kind === 'close') port.close();
});

// A fault of ours must not leave the other side waiting for ever.
process.on('uncaughtException', (error) => reply(asked, refusal(error)));
