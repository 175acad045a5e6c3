import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { OUTPUT_KEPT_BYTES } from '../src/limits.ts';
import { sandboxOf } from '../src/sandbox/choose.ts';
import type { SandboxKind } from '../src/workspace.ts';
import { git, put } from './files.ts';
import { open, reopen, repository, temporaryFolder } from './fixtures.ts';
import { forks } from './forks.ts';
import { merging } from './merging.ts';
import { shells } from './shells.ts';
import { terminals } from './terminals.ts';

const FILES = {
  'a.txt': 'one\n',
  'src/b.js': 'console.log(1)\n',
  'run.sh': { run: '#!/bin/sh\necho ran\n' },
  '.gitignore': 'node_modules/\n*.log\n',
};

/** What every sandbox promises; each kind's test file runs it. */
export async function conformance(kind: SandboxKind): Promise<void> {
  const refusal = await (await sandboxOf(kind)).probe();
  const usable = (files = FILES) => open({ repo: repository(files), sandbox: kind });

  describe.skipIf(refusal !== null)(
    `workspace in ${kind}${refusal === null ? '' : ` (skipped: ${refusal})`}`,
    () => {
      describe('exec', () => {
        it('gives exit code and output as it came, both streams', async () => {
          const { workspace } = await usable();
          const result = await workspace.exec('echo out; echo err >&2; echo third > /dev/stderr; exit 4');
          expect(result).toMatchObject({
            ended: 'exited',
            exitCode: 4,
            output: 'out\nerr\nthird\n',
            outputBytes: 14,
          });
        });

        it('runs at the root, or where it is told, with the given variables and input', async () => {
          const { workspace } = await usable();
          const result = await workspace.exec('pwd; echo "$A"; cat', {
            cwd: 'src',
            env: { A: "it's" },
            stdin: 'given',
          });
          expect(result.output).toBe(`${workspace.root}/src\nit's\ngiven`);
          expect((await workspace.exec('pwd; cat')).output).toBe(`${workspace.root}\n`);
          expect((await workspace.exec('true', { cwd: 'nowhere' })).exitCode).not.toBe(0);
        });

        it('finds the folders of this machine that it is shown, and cannot change them', async () => {
          const top = temporaryFolder();
          put(top, { 'one/x/a.txt': 'first\n', 'two/x/a.txt': 'second\n' });
          const shown = [join(top, 'one/x'), join(top, 'two/x')];
          const { workspace, ...opened } = await open({ repo: repository(FILES), sandbox: kind, shown });
          const places = opened.shown.map((folder) => `'${folder}'`).join(' ');
          const tried = `for x in ${places}; do cat "$x/a.txt"; touch "$x/new" 2>/dev/null || echo kept; done`;
          const walled = kind !== 'host';
          const said = walled ? 'first\nkept\nsecond\nkept\n' : 'first\nsecond\n';
          expect((await workspace.exec(tried)).output).toBe(said);
          expect(opened.shown).toEqual(walled ? ['/run/heddle/shown/x', '/run/heddle/shown/x.1'] : shown);
        });

        it('keeps what programs leave in a folder of this machine that is theirs to write to', async () => {
          const top = temporaryFolder();
          put(top, { 'home/old.txt': 'old\n' });
          const kept = [join(top, 'home')];
          const { workspace, ...opened } = await open({ repo: repository(FILES), sandbox: kind, kept });
          expect(opened.kept).toEqual(kind === 'host' ? kept : ['/run/heddle/kept/home']);
          const said = await workspace.exec('cd "$PLACE" && cat old.txt && echo new > new.txt', {
            env: { PLACE: opened.kept[0]! },
          });
          expect(said.output).toBe('old\n');
          await workspace.dispose();
          expect(readFileSync(join(top, 'home/new.txt'), 'utf8')).toBe('new\n');
        });

        it('works in a repository below /var/tmp, where /tmp is too', async () => {
          const top = temporaryFolder('heddle-test-', '/var/tmp');
          const { workspace } = await open({ repo: repository(FILES, 'repo', top), sandbox: kind });
          const said = await workspace.exec(
            'cat a.txt; f=$(mktemp -p /var/tmp) && echo made >"$f" && cat "$f"; rm "$f"',
          );
          expect(said.output).toBe('one\nmade\n');
        });

        it('reports a signal as 128 + its number', async () => {
          const { workspace } = await usable();
          expect(await workspace.exec('kill -SEGV $$')).toMatchObject({ ended: 'exited', exitCode: 139 });
        });

        it('takes a command longer than one argument may be', async () => {
          const { workspace } = await usable();
          const text = 'x'.repeat(200_000);
          const result = await workspace.exec(`cat <<'END' | wc -c\n${text}\nEND`);
          expect(result.output.trim()).toBe('200001');
        });

        it('runs several at once', async () => {
          const { workspace } = await usable();
          const results = await Promise.all(
            [1, 2, 3, 4].map((n) => workspace.exec(`sleep 0.0${n}; echo ${n}`)),
          );
          expect(results.map(({ output }) => output)).toEqual(['1\n', '2\n', '3\n', '4\n']);
        });

        it('ends the whole tree at its time limit, also what left its session', async () => {
          const { workspace } = await usable();
          const result = await workspace.exec(
            `(setsid sh -c 'while :; do date +%N > alive; sleep 0.02; done' &) ; echo begun; sleep 60`,
            { timeoutSeconds: 0.5 },
          );
          expect(result).toMatchObject({ ended: 'timeout', exitCode: null, output: 'begun\n' });
          await expectStill(() => readFileSync(hostPath(workspace, 'alive'), 'utf8'));
        });

        it('tells of a command that kills who waits for it', async () => {
          const { workspace } = await usable();
          const parent = await workspace.exec('echo begun; kill -9 $PPID; sleep 63', { timeoutSeconds: 20 });
          expect(parent).toMatchObject({ ended: 'exited', exitCode: 137, output: 'begun\n' });
          const above = 'read -r _ _ _ up _ < /proc/$PPID/stat; kill -9 $up $PPID; sleep 63';
          const all = await workspace.exec(above, { timeoutSeconds: 0.5 });
          expect(all).toMatchObject({ ended: 'timeout', exitCode: null });
          expect(await workspace.exec('echo on')).toMatchObject({ exitCode: 0, output: 'on\n' });
        });

        it('ends what a command that has exited left behind', async () => {
          const { workspace } = await usable();
          await workspace.exec(`setsid sh -c 'while :; do date +%N > alive; sleep 0.02; done' & sleep 0.1`);
          await expectStill(() => readFileSync(hostPath(workspace, 'alive'), 'utf8'));
        });

        it('can be aborted, also before it begins', async () => {
          const { workspace } = await usable();
          const controller = new AbortController();
          const running = workspace.exec('echo begun; sleep 60', {
            signal: controller.signal,
            onOutput: () => controller.abort(),
          });
          expect(await running).toMatchObject({ ended: 'aborted', exitCode: null, output: 'begun\n' });
          expect(await workspace.exec('sleep 60', { signal: AbortSignal.abort() })).toMatchObject({
            ended: 'aborted',
          });
        });

        it('counts 50 MB of output, keeps beginning and end, streams all of it', async () => {
          const { workspace } = await usable();
          let streamed = 0;
          const result = await workspace.exec(
            'echo first; head -c 50000000 /dev/zero | tr "\\0" x; echo last',
            {
              onOutput: (chunk) => {
                streamed += chunk.length;
              },
            },
          );
          expect(result).toMatchObject({ ended: 'exited', exitCode: 0, outputBytes: 50_000_011 });
          expect(streamed).toBe(50_000_011);
          expect(result.output.startsWith('first\nxxx')).toBe(true);
          expect(result.output.endsWith('xxxlast\n')).toBe(true);
          expect(result.output).toContain(`[… ${50_000_011 - 2 * OUTPUT_KEPT_BYTES} bytes left out …]`);
        });

        it('ends a command whose output has no end', async () => {
          const { workspace } = await open({
            repo: repository(FILES),
            sandbox: kind,
            limits: { outputBytes: 2_000_000 },
          });
          expect(await workspace.exec('yes')).toMatchObject({ ended: 'output', exitCode: null });
        });

        it('replaces broken bytes, also where a character is cut in two by streaming', async () => {
          const { workspace } = await usable();
          const chunks: string[] = [];
          const command = `printf '\\303'; sleep 0.1; printf '\\274\\377\\000.'`;
          const result = await workspace.exec(command, { onOutput: (chunk) => chunks.push(chunk) });
          expect(result.output).toBe('ü\uFFFD\0.');
          expect(chunks.join('')).toBe(result.output);
        });

        it('ends a program that fills the memory, and goes on with the next', async () => {
          const { workspace } = await open({
            repo: repository(FILES),
            sandbox: kind,
            limits: { memoryBytes: 300 * 2 ** 20 },
          });
          const eat = `node -e 'const all = []; for (;;) { all.push(Buffer.alloc(20e6, 1)); }'`;
          expect(await workspace.exec(eat)).toMatchObject({ ended: 'memory', exitCode: null });
          expect((await workspace.exec('echo still here')).output).toBe('still here\n');
        });

        it('refuses a command with a NUL', async () => {
          const { workspace } = await usable();
          await expect(async () => workspace.exec('echo \0')).rejects.toMatchObject({
            code: 'invalid-command',
          });
        });
      });

      describe.each([
        ['a pipe', false],
        ['a terminal', true],
      ])('shell on %s', (_, terminal) => shells(kind, usable, terminal));
      describe('terminal', () => terminals(usable));

      describe('spawn', () => {
        it('talks to a program that stays, where it is told, until its input ends', async () => {
          const { workspace } = await usable();
          const command = 'pwd; echo "$A" >&2; while read -r line; do echo "<$line>"; done; exit 3';
          const running = await workspace.spawn(command, { cwd: 'src', env: { A: "it's" } });
          running.stdin.write('one\ntwo\n');
          running.stdin.end('three\n');
          const [out, err, end] = await Promise.all([
            text(running.stdout),
            text(running.stderr),
            running.exited,
          ]);
          expect(out).toBe(`${workspace.root}/src\n<one>\n<two>\n<three>\n`);
          expect(err).toBe("it's\n");
          expect(end).toEqual({ ended: 'exited', exitCode: 3 });
        });

        it('carries 10 MB each way, byte for byte, also to a reader that is slow', async () => {
          const { workspace } = await usable();
          const running = await workspace.spawn('cat');
          const sent = randomBytes(10_000_000);
          running.stdin.end(sent);
          running.stderr.resume();
          const received: Buffer[] = [];
          for await (const chunk of running.stdout) {
            received.push(chunk);
            if (received.length % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          }
          expect(Buffer.concat(received).equals(sent)).toBe(true);
          expect(await running.exited).toEqual({ ended: 'exited', exitCode: 0 });
        });

        it('is not ended with a command, is weighed, and is ended by kill with all it started', async () => {
          const { workspace } = await usable();
          const beat = `(setsid sh -c 'while :; do date +%N > alive; sleep 0.02; done' &)`;
          const eat = `node -e 'globalThis.kept = Buffer.alloc(50e6, 1); console.log("ready"); setInterval(() => {}, 1e3)'`;
          const running = await workspace.spawn(`${beat}; ${eat}`);
          expect(`${(await once(running.stdout, 'data'))[0]}`).toBe('ready\n');
          await workspace.exec('true');
          await (await workspace.shell()).run('true');
          expect(running.memoryBytes()).toBeGreaterThan(50e6);
          await running.kill();
          expect(await running.exited).toEqual({ ended: 'aborted', exitCode: null });
          expect(running.memoryBytes()).toBe(0);
          await expectStill(() => readFileSync(hostPath(workspace, 'alive'), 'utf8'));
          await running.kill();
          expect(await workspace.exec('echo on')).toMatchObject({ exitCode: 0, output: 'on\n' });
        });

        it('says how a program ended that could not run, died, or went with the workspace', async () => {
          const { workspace } = await usable();
          const end = async (command: string, cwd?: string) =>
            (await workspace.spawn(command, cwd === undefined ? {} : { cwd })).exited;
          expect(await end('exec no-such-program')).toEqual({ ended: 'exited', exitCode: 127 });
          expect(await end('kill -SEGV $$')).toEqual({ ended: 'exited', exitCode: 139 });
          expect((await end('true', 'nowhere')).exitCode).not.toBe(0);
          const staying = await workspace.spawn('sleep 60');
          await workspace.dispose();
          expect(await staying.exited).toEqual({ ended: 'lost', exitCode: null });
          expect(await text(staying.stdout)).toBe('');
        });
      });

      describe('network', () => {
        it.each([true, false])('is there or not, as asked: %s', async (network) => {
          const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
          await once(server, 'listening');
          const { port } = server.address() as AddressInfo;
          try {
            const { workspace } = await open({ repo: repository(FILES), sandbox: kind, network });
            const { output } = await workspace.exec(`cat < /dev/tcp/127.0.0.1/${port}`);
            expect(output.includes('reached')).toBe(network || kind === 'host');
          } finally {
            server.close();
          }
        });
      });

      describe.each(['overlay', 'copy'] as const)('forks made by %s', (how) => forks(kind, how));
      describe('merging', () => merging(kind));

      describe('files, snapshots and forks', () => {
        it('shows programs what is written, and sees what programs write', async () => {
          const { workspace } = await usable();
          await workspace.files.write('new/deep/file.txt', 'from outside');
          expect((await workspace.exec('cat new/deep/file.txt; echo inside > made.txt')).output).toBe(
            'from outside',
          );
          expect((await workspace.files.read(`${workspace.root}/made.txt`)).toString()).toBe('inside\n');
        });

        it('says of a path below a file that nothing is there', async () => {
          const { files } = (await usable()).workspace;
          await files.write('plain', 'a file');
          expect(await files.stat('plain/below')).toBeNull();
          for (const path of ['plain/below', 'plain/far/below']) {
            for (const tried of [() => files.read(path), () => files.write(path, ''), () => files.list(path)])
              await expect(tried()).rejects.toMatchObject({ code: 'no-such-file' });
          }
        });

        it('leaves the user’s tree alone', async () => {
          const repo = repository(FILES);
          const { workspace } = await open({ repo, sandbox: kind });
          await workspace.exec(
            'echo changed > a.txt; rm src/b.js; git checkout -q -b other; git commit -qam inside',
          );
          expect(git(repo, 'status', '--porcelain')).toBe('');
          expect(git(repo, 'branch', '--format=%(refname:short)').trim()).not.toContain('other');
        });

        it('has a git that works: status, history, commits', async () => {
          const { workspace } = await usable();
          const result = await workspace.exec(
            'git status --porcelain; echo x >> a.txt; git status --porcelain; git commit -qam "more" && git log --format=%s',
          );
          expect(result.output).toBe(' M a.txt\nmore\nchange\n');
        });

        it('gives the same id to the same files, another to others, and the first again after restore', async () => {
          const { workspace, base } = await usable();
          expect(await workspace.snapshot()).toBe(base);
          await workspace.exec(
            'echo two > a.txt; mkdir -p x/y; echo new > x/y/z; rm run.sh; chmod +x src/b.js',
          );
          const after = await workspace.snapshot();
          expect(await workspace.changed(base, after)).toEqual([
            { path: 'a.txt', status: 'modified' },
            { path: 'run.sh', status: 'deleted' },
            { path: 'src/b.js', status: 'modified' },
            { path: 'x/y/z', status: 'added' },
          ]);
          await workspace.restore(base);
          expect(await workspace.snapshot()).toBe(base);
          expect((await workspace.exec('cat a.txt; ls; ./run.sh')).output).toBe(
            'one\na.txt\nrun.sh\nsrc\nran\n',
          );
          await workspace.restore(after);
          expect(await workspace.snapshot()).toBe(after);
        });

        it('sees a change of same size made at once', async () => {
          const { workspace } = await usable();
          const shell = await workspace.shell();
          const seen = new Set<string>();
          for (const text of ['aa', 'bb', 'cc', 'dd', 'ee', 'ff']) {
            await shell.run(`printf ${text} > a.txt`);
            seen.add(await workspace.snapshot());
          }
          expect(seen.size).toBe(6);
        });

        it('forks into independent copies with equal outputs', async () => {
          const { workspace, base } = await usable();
          await workspace.exec('echo two > a.txt; git commit -qam two');
          const [fork, old] = await Promise.all([workspace.fork(), workspace.fork(base)]);
          expect(fork.root).toBe(kind === 'host' ? fork.root : workspace.root);
          expect((await fork.exec('cat a.txt; git log --format=%s')).output).toBe('two\ntwo\nchange\n');
          expect((await old.exec('cat a.txt')).output).toBe('one\n');
          await fork.exec('echo three > a.txt; echo only here > b.txt');
          expect((await workspace.exec('cat a.txt; ls b.txt 2>/dev/null')).output).toBe('two\n');
          expect(await old.snapshot()).toBe(base);
          await Promise.all([fork.dispose(), old.dispose()]);
        });

        it('comes back from a snapshot when the copy is gone', async () => {
          const repo = repository(FILES);
          const home = temporaryFolder();
          const { workspace, base } = await open({ repo, home, sandbox: kind });
          await workspace.exec('echo two > a.txt; mkdir x; echo new > x/z');
          const snapshot = await workspace.snapshot();
          await workspace.dispose();
          put(repo, { 'a.txt': 'the user went on\n' });
          const again = await reopen({ repo, home, id: 'one', sandbox: kind, snapshot, base });
          expect(await again.snapshot()).toBe(snapshot);
          expect((await again.exec('cat a.txt x/z')).output).toBe('two\nnew\n');
          await again.restore(base);
          expect((await again.exec('cat a.txt')).output).toBe('one\n');
        });

        it('shares dependency folders: usable, writable, links between packages lead into the copy', async () => {
          const repo = repository({ ...FILES, 'packages/lib/index.js': 'module.exports = 1\n' });
          put(repo, {
            'node_modules/dep/index.js': 'module.exports = require("lib") + 1\n',
            'node_modules/@scope/pkg/index.js': 'module.exports = 10\n',
            'node_modules/lib': { link: '../packages/lib' },
          });
          const { workspace, base } = await open({ repo, sandbox: kind });
          await workspace.files.write('packages/lib/index.js', 'module.exports = 5\n');
          const result = await workspace.exec(
            `node -p 'require("lib") + require("@scope/pkg")' && mkdir -p node_modules/.vite node_modules/.cache/a &&
           echo x > node_modules/.vite/deps && mkdir node_modules/extra && echo 'module.exports = 7' > node_modules/extra/index.js &&
           node -p 'require("extra")'`,
          );
          expect(result.output).toBe('15\n7\n');
          expect(existsSync(join(repo, 'node_modules/.vite'))).toBe(false);
          expect(existsSync(join(repo, 'node_modules/extra'))).toBe(false);
          expect(await workspace.changed(base, await workspace.snapshot())).toEqual([
            { path: 'packages/lib/index.js', status: 'modified' },
          ]);
          expect((await workspace.files.read('node_modules/dep/index.js')).toString()).toContain(
            'require("lib")',
          );
          expect(await workspace.files.list('node_modules')).toContain('dep/');
          const fork = await workspace.fork();
          if (kind !== 'host') expect((await fork.exec(`node -p 'require("extra")'`)).output).toBe('7\n');
          await fork.dispose();
        });

        it('leaves nothing behind', async () => {
          const home = temporaryFolder();
          const { workspace } = await open({ repo: repository(FILES), home, sandbox: kind });
          await workspace.exec(
            'mkdir -p locked/inner; touch locked/inner/file; chmod 000 locked/inner; chmod 500 locked',
          );
          const shell = await workspace.shell();
          await shell.run('sleep 60 & disown');
          await workspace.dispose();
          await workspace.dispose();
          expect(existsSync(join(home, 'work', 'one'))).toBe(false);
        });
      });
    },
  );
}

/** Where a file of the copy is on this machine; only a look from outside can tell that nothing runs inside. */
function hostPath(workspace: { files: unknown }, path: string): string {
  const { parts } = workspace as { parts?: { folder: { files: string } } };
  return join(parts?.folder.files ?? '', path);
}

/** The value does not change any more, although it would many times in this while. */
async function expectStill(look: () => string): Promise<void> {
  const settle = () => new Promise((resolve) => setTimeout(resolve, 300));
  await settle();
  const before = look();
  await settle();
  expect(look()).toBe(before);
}
