import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { Journal, readJournal } from '../src/journal.ts';
import { openStore } from '../src/open-store.ts';
import type { Store } from '../src/store.ts';
import { deskConformance } from './desk-conformance.ts';
import { experimentsConformance } from './experiments-conformance.ts';
import { ratingsConformance } from './ratings-conformance.ts';
import { storeConformance } from './store-conformance.ts';
import { takenByTwo } from './takers.ts';

const folders: string[] = [];
const stores: Store[] = [];

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'heddle-store-'));
  folders.push(path);
  return path;
}

function opened(path: string): Store {
  const store = openStore(path);
  stores.push(store);
  return store;
}

afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const path of folders.splice(0)) rmSync(path, { recursive: true, force: true });
});

storeConformance('sqlite file', () => opened(join(folder(), 'journal.db')));
storeConformance('sqlite in memory', () => opened(':memory:'));
experimentsConformance('sqlite file', () => opened(join(folder(), 'journal.db')));
deskConformance('sqlite file', () => opened(join(folder(), 'journal.db')));
ratingsConformance('sqlite file', () => opened(join(folder(), 'journal.db')));

const OWN_MOUNTS = 'unshare -rm';
const SOURCE = new URL('../src/', import.meta.url).href;

/** A process that appends events until it is killed, printing each position after the append returned. */
const WRITER = `
  const { openStore } = await import('${SOURCE}open-store.ts');
  const { Journal } = await import('${SOURCE}journal.ts');
  const journal = Journal.create(openStore(process.argv[1]), 'w');
  for (let last = 0; ; last = journal.append({ type: 'workspace.restored', snapshot: 'x'.repeat(500) }).position) {
    process.stdout.write(last + '\\n');
    if (last % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  }
`;

describe('several processes', () => {
  it('reads whole prefixes while another writes, and loses nothing that was written when that one is killed', async () => {
    const path = join(folder(), 'journal.db');
    const store = opened(path);
    const writer = spawn(process.execPath, ['--input-type=module', '-e', WRITER, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let lines = 0;
    const enough = new Promise<void>((resolve) => {
      writer.stdout.on('data', (chunk: Buffer) => {
        for (const byte of chunk) if (byte === 10) lines += 1;
        if (lines > 1_000) resolve();
      });
    });
    await new Promise((resolve) => writer.stdout.once('data', resolve));
    let last = 0;
    for (let i = 0; i < 10; i++) {
      const events = readJournal(store, 'w');
      expect(events.map(({ position }) => position)).toEqual([...events.keys()]);
      expect(events.length).toBeGreaterThanOrEqual(last);
      last = events.length;
    }
    await enough;
    expect(store.isRunning('w')).toBe(true);
    expect(() => store.claim('w')).toThrow(expect.objectContaining({ code: 'rollout-running' }));
    const dead = new Promise((resolve) => writer.once('close', resolve));
    writer.kill('SIGKILL');
    await dead;
    expect(readJournal(store, 'w').length).toBeGreaterThanOrEqual(lines - 1);
    expect(store.isRunning('w')).toBe(false);
    Journal.reopen(store, 'w', readJournal(store, 'w')).append({ type: 'workspace.restored', snapshot: 's' });
  });
});

describe('desk', () => {
  it('gives what was said to one of two processes that take at once', async () => {
    const texts = Array.from({ length: 150 }, (_, at) => `text ${at}`);
    expect((await takenByTwo(join(folder(), 'journal.db'), texts)).sort()).toEqual([...texts].sort());
  });
});

/** The tables as the first layout had them. */
const FIRST_LAYOUT = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE rollouts(
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
  CREATE TABLE writers(rollout TEXT PRIMARY KEY, pid INTEGER NOT NULL, mark TEXT NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO rollouts VALUES ('old', NULL, NULL, 7);
  INSERT INTO events VALUES
    ('old', 0, 7, 1, 'workspace.restored', '{"type":"workspace.restored","snapshot":"s"}');
  INSERT INTO objects VALUES ('${'a'.repeat(64)}', 'raw', 4, CAST('text' AS BLOB));
  PRAGMA user_version = 1;
`;

/** Opens the journal and records versions of one agent, some of which the other processes record too. */
const RECORDER = `
  const { openStore } = await import('${SOURCE}open-store.ts');
  const [path, mine] = process.argv.slice(1);
  const { versions } = openStore(path);
  for (let i = 0; i < 20; i++) {
    const digest = i % 2 === 0 ? 'shared ' + i : mine + ' ' + i;
    versions.record({ whole: { kind: 'agent', name: 'a', digest }, parts: [], texts: [digest], at: i, rollout: mine });
  }
`;

describe('layout', () => {
  it('of a file of the first layout is brought up to date with everything in it, by several processes at once', async () => {
    const path = join(folder(), 'journal.db');
    const old = new DatabaseSync(path);
    old.exec(FIRST_LAYOUT);
    old.close();
    const ends = await Promise.all(
      ['p', 'q', 'r'].map((name) => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', RECORDER, path, name], {
          stdio: ['ignore', 'inherit', 'inherit'],
        });
        return new Promise((resolve) => child.once('close', resolve));
      }),
    );
    expect(ends).toEqual([0, 0, 0]);
    const store = opened(path);
    expect(store.rollouts()).toEqual([{ rollout: 'old', parent: null, createdAt: 7 }]);
    expect(readJournal(store, 'old').map(({ event }) => event)).toEqual([
      { type: 'workspace.restored', snapshot: 's' },
    ]);
    expect(Buffer.from(store.objects.get('a'.repeat(64))).toString()).toBe('text');
    const versions = store.versions.list();
    expect(versions.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
    expect(versions.filter(({ rollouts }) => rollouts === 3)).toHaveLength(10);
    expect(store.versions.of('q')).toHaveLength(20);
  });

  it('of an old file and of a new one is the same', () => {
    const layoutOf = (path: string) => {
      opened(path).close();
      const db = new DatabaseSync(path);
      const rows = db.prepare("SELECT name, sql FROM sqlite_schema WHERE sql <> '' ORDER BY name").all();
      const version = db.prepare('PRAGMA user_version').get();
      db.close();
      return [version, ...rows.map(({ name, sql }) => [name, String(sql).replaceAll(/\s+/g, ' ')])];
    };
    const path = join(folder(), 'journal.db');
    const old = new DatabaseSync(path);
    old.exec(FIRST_LAYOUT);
    old.close();
    expect(layoutOf(path)).toEqual(layoutOf(join(folder(), 'journal.db')));
  });
});

describe('faults', () => {
  it('refuses a file of a newer layout', () => {
    const path = join(folder(), 'journal.db');
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => opened(path)).toThrow(
      expect.objectContaining({ code: 'journal-newer', reader: 'operator' }),
    );
    expect(() => opened(path)).toThrow('format 99; this one reads up to 5');
  });

  it('refuses an event of a newer version, by name', () => {
    const path = join(folder(), 'journal.db');
    const store = opened(path);
    Journal.create(store, 'a').append({ type: 'workspace.restored', snapshot: 's' });
    const db = new DatabaseSync(path);
    db.exec('UPDATE events SET version = 99');
    db.close();
    expect(() => readJournal(store, 'a')).toThrow(expect.objectContaining({ code: 'journal-newer' }));
  });

  it('names a damaged event and a file that is no journal', () => {
    const path = join(folder(), 'journal.db');
    const store = opened(path);
    Journal.create(store, 'a').append({ type: 'workspace.restored', snapshot: 's' });
    const db = new DatabaseSync(path);
    db.exec(`UPDATE events SET data = '{"type":"rollout.resum'`);
    db.close();
    expect(() => readJournal(store, 'a')).toThrow(expect.objectContaining({ code: 'journal-damaged' }));
    const other = join(folder(), 'notes.txt');
    writeFileSync(other, 'not a database, '.repeat(100));
    expect(() => opened(other)).toThrow(expect.objectContaining({ code: 'journal-damaged' }));
  });

  it('says when the disk refuses, and the journal is whole and goes on afterwards', () => {
    const path = join(folder(), 'journal.db');
    const store = opened(path);
    const journal = Journal.create(store, 'a');
    journal.append({ type: 'workspace.restored', snapshot: 's' });
    // A file-size limit makes SQLite's write fail the way a broken disk does.
    const script = `
      const { openStore } = await import('${SOURCE}open-store.ts');
      const { Journal, readJournal } = await import('${SOURCE}journal.ts');
      const store = openStore(process.argv[1]);
      const journal = Journal.reopen(store, 'a', readJournal(store, 'a'));
      try { for (;;) journal.append({ type: 'workspace.restored', snapshot: 'x'.repeat(100_000) }); }
      catch (error) { console.log(error.code); }
    `;
    journal.release();
    const limited = spawnSync(
      'bash',
      [
        '-c',
        'ulimit -f 2048; trap "" XFSZ; exec "$0" "$@"',
        process.execPath,
        '--input-type=module',
        '-e',
        script,
        path,
      ],
      { encoding: 'utf8' },
    );
    expect(limited.stdout.trim()).toBe('journal-io-error');
    const events = readJournal(store, 'a');
    expect(events.length).toBeGreaterThan(1);
    Journal.reopen(store, 'a', events).append({ type: 'workspace.restored', snapshot: 's' });
    expect(readJournal(store, 'a')).toHaveLength(events.length + 1);
  });

  it.skipIf(spawnSync('sh', ['-c', `${OWN_MOUNTS} mount -t tmpfs x /mnt`]).status !== 0)(
    'says when the disk is full (skipped: no small disk can be mounted here)',
    () => {
      const script = `
        const { openStore } = await import('${SOURCE}open-store.ts');
        const { Journal } = await import('${SOURCE}journal.ts');
        const journal = Journal.create(openStore('/mnt/journal.db'), 'a');
        try { for (;;) journal.append({ type: 'workspace.restored', snapshot: 'x'.repeat(100_000) }); }
        catch (error) { console.log(error.code); }
      `;
      const mounted = `${OWN_MOUNTS} sh -c 'mount -t tmpfs -o size=2m x /mnt; exec "$0" --input-type=module -e "$1"' "$0" "$1"`;
      const { stdout } = spawnSync('sh', ['-c', mounted, process.execPath, script], {
        encoding: 'utf8',
      });
      expect(stdout.trim()).toBe('disk-full');
    },
  );

  it('keeps the folder and the files to their owner, also where they were not', () => {
    const home = join(folder(), 'new', 'home');
    const path = join(home, 'journal.db');
    const mode = (file: string) => (statSync(file).mode & 0o777).toString(8);
    const before = process.umask(0);
    try {
      Journal.create(opened(path), 'a').append({ type: 'workspace.restored', snapshot: 's' });
      const files = [path, `${path}-wal`, `${path}-shm`];
      expect([home, ...files].map(mode)).toEqual(['700', '600', '600', '600']);
      for (const file of files) chmodSync(file, 0o644);
      opened(path);
      expect(files.map(mode)).toEqual(['600', '600', '600']);
      const open = folder();
      chmodSync(open, 0o755);
      opened(join(open, 'journal.db'));
      expect(mode(join(open, 'journal.db'))).toBe('600');
    } finally {
      process.umask(before);
    }
  });

  it('gives up at once where no folder can be made', () => {
    expect(() => opened('/proc/nope/deep/journal.db')).toThrow(
      expect.objectContaining({ code: 'journal-not-writable' }),
    );
  });

  it.skipIf(process.getuid?.() === 0)(
    'names a folder it may not write (skipped: root may write everywhere)',
    () => {
      const path = folder();
      chmodSync(path, 0o500);
      expect(() => opened(join(path, 'journal.db'))).toThrow(
        expect.objectContaining({ code: 'journal-not-writable' }),
      );
    },
  );

  it('names a path whose folder cannot be made', () => {
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    expect(() => opened(join(file, 'journal.db'))).toThrow(
      expect.objectContaining({ code: 'journal-not-writable' }),
    );
  });
});
