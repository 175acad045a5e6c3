import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace, SANDBOX_KINDS, type SandboxKind, type Workspace } from '@heddle/workspace';
import { median, type Row } from './table.ts';

const FILES = 5_000;
const FOLDERS = 100;
/** What a small project's dependencies come to. */
const PACKAGES = 400;
const PACKAGE_FILES = 20;
const AT_ONCE = 8;

/**
 * How long a fork takes until a first command has run in its sandboxed shell, and what it takes on disk, by the
 * ways there are: each sandbox that works here, forks as overlays and as copies.
 */
export async function forkRows(runs: number): Promise<Row[]> {
  const top = mkdtempSync(join(tmpdir(), 'heddle-forks-'));
  try {
    const repo = join(top, 'repo');
    makeRepository(repo);
    const rows: Row[] = [];
    for (const sandbox of SANDBOX_KINDS) {
      for (const forks of ['overlay', 'copy'] as const) {
        const home = join(top, `${sandbox}-${forks}`);
        // A folder of links has no overlays.
        if (sandbox === 'host' && forks === 'overlay') continue;
        process.stderr.write(`forks: ${sandbox}, ${forks} …\n`);
        // Copies take seconds each and vary little.
        const times = forks === 'copy' ? 1 : runs;
        rows.push(
          await measure({ repo, home, sandbox, forks }, times).catch((error: Error) => ({
            method: `${sandbox}, ${forks}`,
            note: error.message,
          })),
        );
        rmSync(home, { recursive: true, force: true });
      }
    }
    return rows;
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

function makeRepository(repo: string): void {
  const put = (folder: string, count: number, lines: number) => {
    mkdirSync(folder, { recursive: true });
    for (let n = 0; n < count; n++)
      writeFileSync(
        join(folder, `file${n}.js`),
        `export const value${n} = ${n}; // ${folder}\n`.repeat(lines),
      );
  };
  for (let n = 0; n < FOLDERS; n++) put(join(repo, `src/area${n % 10}/part${n}`), FILES / FOLDERS, 40);
  for (let n = 0; n < PACKAGES; n++) put(join(repo, `node_modules/package${n}`), PACKAGE_FILES, 20);
  writeFileSync(join(repo, '.gitignore'), 'node_modules/\n');
  const who = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...who, 'commit', '-q', '-m', 'start'],
  ])
    execFileSync('git', args, { cwd: repo });
}

interface Method {
  readonly repo: string;
  readonly home: string;
  readonly sandbox: SandboxKind;
  readonly forks: 'overlay' | 'copy';
}

async function measure(method: Method, runs: number): Promise<Row> {
  const { workspace, base } = await openWorkspace({ ...method, id: 'original' });
  const forked = async (snapshot?: string) => {
    const fork = await workspace.fork(snapshot);
    await runIn(fork);
    return fork;
  };
  try {
    await runIn(workspace);
    const first = await timed(() => forked(base));
    const laidOver = readdirSync(join(method.home, 'work')).some((name) => name.includes('.base.'));
    await first.result.dispose();
    const before = kilobytes(method.home);
    const one: number[] = [];
    const changed: number[] = [];
    const many: number[] = [];
    const disk: number[] = [];
    for (let run = 0; run < runs; run++) {
      const fork = await timed(() => forked(base));
      one.push(fork.ms);
      await fork.result.dispose();
      await workspace.exec(
        `echo ${run} > src/area1/part1/file1.js; echo ${run} > src/added${run}.js; rm -f src/area2/part2/file${run}.js`,
      );
      const now = await timed(() => forked());
      changed.push(now.ms);
      await now.result.dispose();
      const all = await timed(() => Promise.all(Array.from({ length: AT_ONCE }, () => forked(base))));
      many.push(all.ms);
      disk.push(kilobytes(method.home) - before);
      for (const each of all.result) await each.dispose();
    }
    return {
      method: `${method.sandbox}, ${laidOver ? 'overlay' : 'copy'}`,
      'first fork (ms)': first.ms.toFixed(0),
      'fork (ms)': median(one).toFixed(1),
      'fork of changed files (ms)': median(changed).toFixed(1),
      [`${AT_ONCE} at once (ms)`]: median(many).toFixed(0),
      [`disk for ${AT_ONCE} (KB)`]: median(disk).toFixed(0),
      'disk of the shared base (KB)': laidOver ? baseKilobytes(method.home) : '–',
    };
  } finally {
    await workspace.dispose();
  }
}

/** Fails where the files or the dependencies are not there. */
async function runIn(workspace: Workspace): Promise<void> {
  const { exitCode, output } = await workspace.exec(
    'test -s src/area9/part99/file49.js && test -s node_modules/package399/file19.js',
  );
  if (exitCode !== 0) throw new Error(`a fork is not whole: ${output}`);
}

async function timed<T>(run: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const started = performance.now();
  const result = await run();
  return { ms: performance.now() - started, result };
}

function kilobytes(folder: string): number {
  if (!existsSync(folder)) return 0;
  return Number(execFileSync('du', ['-skx', folder], { encoding: 'utf8' }).split('\t')[0]);
}

function baseKilobytes(home: string): string {
  const work = join(home, 'work');
  const bases = readdirSync(work).filter((name) => name.includes('.base.'));
  return String(bases.reduce((sum, name) => sum + kilobytes(join(work, name)), 0));
}
