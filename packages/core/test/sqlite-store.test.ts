import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { Journal, readJournal } from '../src/journal.ts';
import { openStore } from '../src/sqlite-store.ts';
import type { Store } from '../src/store.ts';
import { storeConformance } from './store-conformance.ts';

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

const OWN_MOUNTS = 'unshare -rm';
const SOURCE = new URL('../src/', import.meta.url).href;

/** A process that appends events until it is killed, printing each position after the append returned. */
const WRITER = `
  const { openStore } = await import('${SOURCE}sqlite-store.ts');
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

describe('faults', () => {
  it('refuses a file of a newer layout', () => {
    const path = join(folder(), 'journal.db');
    const db = new DatabaseSync(path);
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => opened(path)).toThrow(
      expect.objectContaining({ code: 'journal-newer', reader: 'operator' }),
    );
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
      const { openStore } = await import('${SOURCE}sqlite-store.ts');
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
        const { openStore } = await import('${SOURCE}sqlite-store.ts');
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
