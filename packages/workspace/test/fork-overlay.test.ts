import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LocalWorkspace } from '../src/local-workspace.ts';
import { removeTree } from '../src/remove-tree.ts';
import { sandboxOf } from '../src/sandbox/choose.ts';
import { overlaysWork } from '../src/sandbox/try-overlay.ts';
import type { Workspace } from '../src/workspace.ts';
import { put } from './files.ts';
import { open, repository, temporaryFolder } from './fixtures.ts';
import { NOBODY, people } from './ordinary-user.ts';

const LEFTOVERS = join(import.meta.dirname, '../src/leftovers.ts');
const SCRIPT = join(import.meta.dirname, 'orphaned-forks/run.ts');
const FILES = { 'a.txt': 'one\n', 'src/b.js': 'b\n', '.gitignore': 'node_modules/\n' };

const top = (workspace: Workspace) => (workspace as LocalWorkspace).parts.folder.top;
const bases = (home: string) => readdirSync(join(home, 'work')).filter((name) => name.includes('.base.'));
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const tried = mkdtempSync(join(tmpdir(), 'heddle-try-'));
const works = await overlaysWork(tried);
removeTree(tried);

for (const kind of ['bubblewrap', 'namespaces'] as const) {
  const refusal = (await (await sandboxOf(kind)).probe()) ?? (works ? null : 'no overlays here');
  describe.skipIf(refusal !== null)(
    `forks laid over a base in ${kind}${refusal === null ? '' : ` (skipped: ${refusal})`}`,
    () => {
      it('share one copy, whatever they are forked from, and it goes with the last of them', async () => {
        const home = temporaryFolder('heddle-home-');
        const repo = repository(FILES);
        const one = await open({ repo, home, sandbox: kind, id: 'one' });
        const two = await open({ repo, home, sandbox: kind, id: 'two' });
        expect(bases(home)).toEqual([]);
        const forks = await Promise.all(
          [one, two].flatMap(({ workspace }) => [1, 2, 3].map(() => workspace.fork())),
        );
        const child = await forks[0]!.fork();
        expect(bases(home)).toHaveLength(1);
        const own = (fork: Workspace) => readdirSync(join(top(fork), 'upper'));
        for (const fork of [...forks.slice(0, 3), child]) expect(own(fork)).toEqual([]);
        // Git's folder is each workspace's own.
        for (const fork of forks.slice(3)) expect(own(fork)).toEqual(['.git']);
        await child.exec('echo two > a.txt');
        expect(own(child)).toEqual(['a.txt']);
        await Promise.all([...forks, one.workspace, two.workspace].map((workspace) => workspace.dispose()));
        expect(bases(home)).toHaveLength(1);
        expect((await child.exec('cat a.txt src/b.js')).output).toBe('two\nb\n');
        await child.dispose();
        expect(readdirSync(join(home, 'work'))).toEqual([]);
      });

      it('has another base where the files are others', async () => {
        const home = temporaryFolder('heddle-home-');
        const repo = repository(FILES);
        const one = await open({ repo, home, sandbox: kind, id: 'one' });
        put(repo, { 'a.txt': 'the user went on\n' });
        const two = await open({ repo, home, sandbox: kind, id: 'two' });
        const [first, second] = [await one.workspace.fork(), await two.workspace.fork()];
        expect(bases(home)).toHaveLength(2);
        expect((await first.exec('cat a.txt')).output).toBe('one\n');
        expect((await second.exec('cat a.txt')).output).toBe('the user went on\n');
        await Promise.all([first.dispose(), second.dispose()]);
      });

      it('has the files as they were, though programs change the original while it is copied', async () => {
        const repo = repository({
          ...Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`many/${n}.txt`, `${n}\n`])),
          'last.txt': 'as it was\n',
        });
        const { workspace, base } = await open({ repo, sandbox: kind });
        const shell = await workspace.shell();
        await shell.run(
          'while :; do for f in many/*; do echo changed > $f; done; git add -A; done & sleep 0.05',
        );
        const fork = await workspace.fork(base);
        expect(await fork.snapshot()).toBe(base);
        expect(
          (await fork.exec('cat many/7.txt many/299.txt; rm -f .git/index.lock; git fsck')).output,
        ).toContain('7\n299\n');
        await fork.dispose();
      });

      it('reads nothing anew for the snapshot of a fork that nobody changed', async () => {
        const { workspace, base } = await open({ repo: repository(FILES), sandbox: kind });
        const fork = (await workspace.fork()) as LocalWorkspace;
        const node = fork.parts.scanned.tree.entries.get('a.txt');
        expect(await fork.snapshot()).toBe(base);
        // A file whose stat were another would have a new entry.
        expect(fork.parts.scanned.tree.entries.get('a.txt')).toBe(node);
        await fork.dispose();
      });

      it('cannot be read by a fork that was disposed of', async () => {
        const { workspace } = await open({ repo: repository(FILES), sandbox: kind });
        const fork = await workspace.fork();
        await fork.dispose();
        await expect(fork.files.read('a.txt')).rejects.toThrow('disposed of');
        await expect(fork.snapshot()).rejects.toThrow('disposed of');
        await expect(fork.fork()).rejects.toThrow('disposed of');
      });

      for (const { name, become, refusal: impossible } of people(SCRIPT)) {
        const title = `leave nothing mounted nor undeletable when Heddle is killed as ${name}`;
        it.skipIf(impossible !== null)(
          `${title}${impossible === null ? '' : ` (skipped: ${impossible})`}`,
          async () => {
            const home = temporaryFolder('heddle-home-');
            const repo = repository(FILES);
            put(repo, { 'node_modules/dep/index.js': 'module.exports = 1\n' });
            if (become.length > 0) execFileSync('chown', ['-R', `${NOBODY}:${NOBODY}`, home, dirname(repo)]);
            const [command = '', ...args] = [...become, process.execPath, SCRIPT, kind, repo, home];
            const heddle = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: home });
            await once(heddle.stdout, 'data');
            expect(bases(home)).toHaveLength(1);
            expect(mountedIn(home)).not.toEqual([]);
            expect(mountedIn(home)).not.toContain(String(process.pid));
            heddle.kill('SIGKILL');
            await once(heddle, 'exit');
            await pause(300);
            expect(mountedIn(home)).toEqual([]);
            const sweep = `import { sweepLeftovers } from ${JSON.stringify(LEFTOVERS)}; sweepLeftovers(process.argv[1])`;
            const node = [process.execPath, '--input-type=module-typescript', '-e', sweep, home];
            const [sweeper = '', ...its] = [...become, ...node];
            execFileSync(sweeper, its, { cwd: home });
            expect(readdirSync(join(home, 'work'))).toEqual(['orphan']);
            expect(existsSync(join(home, 'work/orphan/files/a.txt'))).toBe(true);
          },
        );
      }
    },
  );
}

/** Processes that see an overlay mounted below a folder. */
function mountedIn(home: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(`${home}/work`);
    } catch {
      return false; // it ended meanwhile
    }
  });
}
