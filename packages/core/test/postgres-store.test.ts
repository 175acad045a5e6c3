import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Journal, readJournal } from '../src/journal.ts';
import { openStore } from '../src/open-store.ts';
import type { Store } from '../src/store.ts';
import { deskConformance } from './desk-conformance.ts';
import { experimentsConformance } from './experiments-conformance.ts';
import { NO_POSTGRES, type PostgresServer, startPostgres } from './postgres-server.ts';
import { ratingsConformance } from './ratings-conformance.ts';
import { storeConformance } from './store-conformance.ts';
import { takenByTwo } from './takers.ts';
import { startProxy } from './tcp-proxy.ts';

const SOURCE = new URL('../src/', import.meta.url).href;
const event = (snapshot: string) => ({ type: 'workspace.restored', snapshot }) as const;
const failing = (code: string) => expect.objectContaining({ code, reader: 'operator' });

/** A process that works on rollout `w` and prints each position once its event is in the store, or why it cannot go on. */
const WRITER = `
  const { openStore } = await import('${SOURCE}open-store.ts');
  const { Journal, readJournal } = await import('${SOURCE}journal.ts');
  const [url, leaseMs] = process.argv.slice(1);
  const store = openStore(url, { leaseMs: Number(leaseMs) });
  const journal = Journal.create(store, 'w');
  try {
    for (;;) {
      const { position } = journal.append({ type: 'workspace.restored', snapshot: 'x'.repeat(500) });
      process.stdout.write(position + '\\n');
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  } catch (error) {
    process.stdout.write(error.code + '\\n');
  }
`;

/** Opens the store, laying it out, and records versions of one agent, some of which the other processes record too. */
const RECORDER = `
  const { openStore } = await import('${SOURCE}open-store.ts');
  const [url, mine] = process.argv.slice(1);
  const { versions } = openStore(url);
  for (let i = 0; i < 10; i++) {
    const digest = i % 2 === 0 ? 'shared ' + i : mine + ' ' + i;
    versions.record({ whole: { kind: 'agent', name: 'a', digest }, parts: [], texts: [digest], at: i, rollout: mine });
  }
`;

const stores: Store[] = [];
const children: ChildProcess[] = [];
let server: PostgresServer;

function run(script: string, ...args: string[]): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  return child;
}

function opened(url: string, options: Parameters<typeof openStore>[1] = {}): Store {
  const store = openStore(url, options);
  stores.push(store);
  return store;
}

/** Lines a process has printed so far; waits until there are `least`. */
function linesOf(child: ChildProcess) {
  const lines: string[] = [];
  let rest = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop()!;
    lines.push(...parts);
  });
  return {
    lines,
    async least(count: number) {
      while (lines.length < count && child.exitCode === null) await once(child.stdout!, 'data');
    },
  };
}

describe.skipIf(NO_POSTGRES !== null)(`PostgreSQL${NO_POSTGRES === null ? '' : ` (${NO_POSTGRES})`}`, () => {
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.dispose());
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const store of stores.splice(0)) store.close();
  });

  storeConformance('postgres', () => opened(server.fresh()));
  experimentsConformance('postgres', () => opened(server.fresh()));
  deskConformance('postgres', () => opened(server.fresh()));
  ratingsConformance('postgres', () => opened(server.fresh()));

  it('is laid out once by several processes at once, which number versions together', async () => {
    const url = server.fresh();
    const ends = await Promise.all(['p', 'q', 'r'].map((name) => once(run(RECORDER, url, name), 'close')));
    expect(ends.map(([code]) => code)).toEqual([0, 0, 0]);
    const versions = opened(url).versions.list();
    expect(versions.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, at) => at + 1));
    expect(versions.filter(({ rollouts }) => rollouts === 3)).toHaveLength(5);
  });

  it('gives what was said to one of two processes that take at once', async () => {
    const texts = Array.from({ length: 150 }, (_, at) => `text ${at}`);
    expect((await takenByTwo(server.fresh(), texts)).sort()).toEqual([...texts].sort());
  });

  it('misses no change of a trial whose transaction ends after a later one', async () => {
    const url = server.fresh();
    const { experiments } = opened(url);
    const trials = ['early', 'late'].map((instance) => ({ agent: 'a', instance, attempt: 1, order: 1 }));
    experiments.plan({ experiment: 'e', name: '', createdAt: 1, plan: '' }, trials);
    const planned = experiments.changes('e', 0).next;
    const slow = new pg.Client({ connectionString: url });
    await slow.connect();
    await slow.query('BEGIN');
    await slow.query(
      `UPDATE trials SET state = 'running', changed = pg_current_xact_id()::text::bigint WHERE instance = 'early'`,
    );
    experiments.begin({ experiment: 'e', agent: 'a', instance: 'late', attempt: 1 }, 'r');
    const seen = experiments.changes('e', planned);
    await slow.query('COMMIT');
    await slow.end();
    expect(seen.trials.map(({ instance }) => instance)).toEqual(['late']);
    const after = experiments.changes('e', seen.next).trials.map(({ instance }) => instance);
    expect(after).toContain('early');
  });

  it('refuses a layout it does not know, and a user and a database that are not there', async () => {
    const url = server.fresh();
    opened(url);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('INSERT INTO heddle_layout(version) VALUES (99)');
    await client.end();
    expect(() => opened(url)).toThrow(failing('journal-newer'));
    expect(() => opened(url.replace('/postgres?', '/nowhere?'))).toThrow(failing('store-refused'));
    expect(() => opened(url.replace('heddle@', 'nobody:secret@'))).toThrow(failing('store-refused'));
    expect(() => opened(url.replace('heddle@', 'nobody:secret@'))).not.toThrow('secret');
    expect(() => opened('mysql://localhost/x')).toThrow(failing('not-a-store'));
  });

  it('says so when no server answers within the time given', async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    silent.close();
    await once(silent, 'close');
    expect(() => opened(`postgres://heddle@127.0.0.1:${port}/postgres`, { waitMs: 200 })).toThrow(
      failing('store-unreachable'),
    );
  });

  it('loses nothing and writes nothing twice when the server crashes under a writer, and goes on by itself', async () => {
    const url = server.fresh();
    const store = opened(url);
    const writer = run(WRITER, url, '60000');
    const seen = linesOf(writer);
    for (let crash = 1; crash <= 3; crash++) {
      await seen.least(seen.lines.length + 20);
      await server.stop('crash');
      await server.start();
    }
    await seen.least(seen.lines.length + 20);
    writer.kill('SIGKILL');
    await once(writer, 'close');
    const positions = readJournal(store, 'w').map(({ position }) => position);
    expect(positions).toEqual([...positions.keys()]);
    expect(seen.lines.map(Number)).toEqual([...seen.lines.keys()]);
    expect(positions.length).toBeGreaterThanOrEqual(seen.lines.length);
  });

  it('does what was under way again from its beginning, once, when the connection breaks in the middle of it', async () => {
    const url = server.fresh();
    const store = opened(url, { leaseMs: 60_000 });
    const trial = { agent: 'a', instance: 'i', attempt: 1 };
    store.experiments.plan({ experiment: 'e', name: 'n', createdAt: 1, plan: 'p' }, [{ ...trial, order: 1 }]);
    const journal = Journal.create(store, 'a');
    const other = opened(url);
    const broken = () => breakConnections(url);
    await broken();
    journal.append(event('first'));
    await broken();
    journal.append(event('second'));
    await broken();
    expect(store.experiments.begin({ experiment: 'e', ...trial }, 'r')).toBe(true);
    await broken();
    store.objects.putAll(['one', 'two']);
    await broken();
    expect(store.results.settle({ rollout: 'r', setup: 's', result: 'x' })).toBeNull();
    expect(readJournal(other, 'a').map(({ position }) => position)).toEqual([0, 1]);
  });

  it('knows at once that a process of this machine is dead, and lets another go on', async () => {
    const url = server.fresh();
    const store = opened(url);
    const writer = run(WRITER, url, '600000');
    const seen = linesOf(writer);
    await seen.least(5);
    expect(store.isRunning('w')).toBe(true);
    expect(() => store.claim('w')).toThrow(failing('rollout-running'));
    writer.kill('SIGKILL');
    await once(writer, 'close');
    expect(store.isRunning('w')).toBe(false);
    const journal = Journal.reopen(store, 'w', readJournal(store, 'w'));
    journal.append(event('mine'));
    expect(readJournal(store, 'w').length).toBeGreaterThan(seen.lines.length);
  });

  it('keeps the lease of a writer whose process is busy, and knows one of another machine by its lease', async () => {
    const url = server.fresh();
    const [store, other] = [opened(url, { leaseMs: 800 }), opened(url)];
    Journal.create(store, 'a').append(event('s'));
    await ofAnotherMachine(url);
    // Nothing else of this thread runs meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
    expect(other.isRunning('a')).toBe(true);
    expect(() => other.claim('a')).toThrow('another machine');
    stores.splice(stores.indexOf(store), 1);
    store.close();
    expect(other.isRunning('a')).toBe(false);
    other.claim('a');
  });

  it('lets another take a rollout over from a worker that is cut off, whose later events are refused', async () => {
    const url = server.fresh();
    const store = opened(url);
    const proxy = await startProxy(server.socket);
    const through = new URL(url);
    through.searchParams.delete('host');
    through.hostname = proxy.host;
    through.port = String(proxy.port);
    const writer = run(WRITER, through.href, '1000');
    const seen = linesOf(writer);
    await seen.least(20);
    proxy.cut();
    while (store.isRunning('w')) await pause(50);
    const journal = Journal.reopen(store, 'w', readJournal(store, 'w'));
    const from = journal.append(event('mine')).position;
    proxy.mend();
    await once(writer, 'close');
    expect(seen.lines.at(-1)).toBe('journal-position-taken');
    journal.append(event('mine'));
    const events = readJournal(store, 'w');
    expect(events.map(({ position }) => position)).toEqual([...events.keys()]);
    expect(events.slice(from).map((one) => one.event)).toEqual([event('mine'), event('mine')]);
    proxy.close();
  });
});

/** Ends every connection that uses this schema's tables, as a switch that forgets them does. */
async function breakConnections(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'heddle' AND pid <> pg_backend_pid()`);
  await client.end();
}

/** Makes the workers of this store's leases look as if they were elsewhere. */
async function ofAnotherMachine(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`UPDATE workers SET host = 'elsewhere'`);
  await client.end();
}
