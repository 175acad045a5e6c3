import { expect, it } from 'vitest';
import type { OpenOptions } from '../src/ground.ts';
import type { SandboxKind, Workspace } from '../src/workspace.ts';
import { put } from './files.ts';
import { open, repository } from './fixtures.ts';

const FILES = {
  'a.txt': 'one\n',
  'src/b.js': 'console.log(1)\n',
  'src/deep/er/c.js': 'c\n',
  'lib/d.js': 'd\n',
  'run.sh': { run: '#!/bin/sh\necho ran\n' },
  link: { link: 'a.txt' },
  '.gitignore': 'node_modules/\n*.log\n',
};

/** Everything a snapshot has, as programs see it: names, modes, link targets, contents. */
const LOOK = `find . -path ./.git -prune -o \\( -type f -o -type l \\) -print | sort | while read -r f; do
  printf '%s %s ' "$f" "$(stat -c %A "$f")"; if [ -L "$f" ]; then readlink "$f"; else cat "$f"; fi; done`;

const look = async (workspace: Workspace) => (await workspace.exec(LOOK)).output;
/** Changes of every kind: contents, modes, a folder gone, a file for a folder, a folder for a file, a link turned. */
const CHANGE = `echo two > a.txt; rm -r lib; rm -r src/deep && echo file > src/deep; rm run.sh && mkdir run.sh &&
  echo inner > run.sh/inner; chmod +x src/b.js; ln -sfn src/b.js link; echo ignored > x.log; mkdir new && echo n > new/n`;

/** What forks promise, however they are made. */
export function forks(kind: SandboxKind, how: 'overlay' | 'copy'): void {
  const opened = (more: Partial<OpenOptions> = {}) =>
    open({ repo: repository(FILES), sandbox: kind, forks: how, ...more });

  it('has exactly the files of the snapshot it is of, whatever changed', async () => {
    const { workspace, base } = await opened();
    const original = await look(workspace);
    await workspace.exec(CHANGE);
    const after = await workspace.snapshot();
    const [now, later, first] = await Promise.all([
      workspace.fork(),
      workspace.fork(after),
      workspace.fork(base),
    ]);
    await workspace.exec('rm x.log');
    const changed = await look(workspace);
    expect(changed).not.toBe(original);
    for (const fork of [now, later]) {
      expect(await look(fork)).toBe(changed);
      expect(await fork.snapshot()).toBe(after);
    }
    expect(await look(first)).toBe(original);
    expect(await first.snapshot()).toBe(base);
    expect(await workspace.snapshot()).toBe(after);
    await Promise.all([now, later, first].map((fork) => fork.dispose()));
  });

  it('can be forked itself, and outlives what it was forked from', async () => {
    const { workspace, base } = await opened();
    const child = await workspace.fork();
    await child.exec(CHANGE);
    await child.exec('rm x.log');
    const seen = await look(child);
    const after = await child.snapshot();
    const grandchild = await child.fork();
    await child.exec('echo later > a.txt; git commit -qam later');
    const late = await child.fork();
    await child.dispose();
    await workspace.dispose();
    expect(await look(grandchild)).toBe(seen);
    expect(await grandchild.snapshot()).toBe(after);
    const back = await grandchild.fork(base);
    expect(await back.snapshot()).toBe(base);
    expect((await late.exec('cat a.txt; git log --format=%s')).output).toBe('later\nlater\nchange\n');
    expect((await grandchild.exec('git log --format=%s')).output).toBe('change\n');
    await Promise.all([grandchild, late, back].map((fork) => fork.dispose()));
  });

  it('is of one moment although the parent goes on changing', async () => {
    const { workspace, base } = await opened();
    const shell = await workspace.shell();
    await shell.run(
      'while :; do for n in 1 2 3; do echo $RANDOM > src/b.js; rm -f a.txt; echo one > a.txt; done; done & sleep 0.1',
    );
    const all = await Promise.all([1, 2, 3].map(() => workspace.fork(base)));
    for (const fork of all) expect(await fork.snapshot()).toBe(base);
    const fork = await workspace.fork();
    const before = await look(fork);
    await shell.run('kill %1; echo over > src/b.js');
    expect(await look(fork)).toBe(before);
    await Promise.all([...all, fork].map((one) => one.dispose()));
  });

  it('restores in a fork, compares and patches like the original', async () => {
    const { workspace, base } = await opened();
    const original = await look(workspace);
    const fork = await workspace.fork();
    await fork.exec(CHANGE);
    await fork.exec('rm x.log');
    const changed = await look(fork);
    const after = await fork.snapshot();
    expect((await fork.changed(base, after)).map(({ path, status }) => `${status} ${path}`)).toEqual([
      'modified a.txt',
      'deleted lib/d.js',
      'modified link',
      'added new/n',
      'added run.sh/inner',
      'deleted run.sh',
      'modified src/b.js',
      'deleted src/deep/er/c.js',
      'added src/deep',
    ]);
    await fork.restore(base);
    expect(await look(fork)).toBe(original);
    expect(await fork.snapshot()).toBe(base);
    await fork.restore(after);
    expect(await look(fork)).toBe(changed);
    expect(await fork.snapshot()).toBe(after);
    const patch = await fork.diff(base, after);
    expect(patch).toContain('new mode 100755');
    expect(patch).toBe(await workspace.diff(base, after));
    expect(await workspace.snapshot()).toBe(base);
    await fork.dispose();
  });

  it('tells folders apart that took each other’s names', async () => {
    const { workspace } = await opened();
    const fork = await workspace.fork();
    const steps = [
      'mkdir -p lib/deep/er src/x; echo 1 > lib/deep/er/c.js; echo x > src/x/x',
      'mv src t; mv lib src; mv t lib',
      'mv src/deep t; mv lib/deep src/deep; mv t lib/deep',
      'mv src t; mv lib src; mv t lib',
      'rm -r src/deep; mkdir -p src/deep/er; mv lib/deep/er/c.js src/deep/er',
      'git checkout -q -- . ; git clean -fdq',
    ];
    for (const step of steps) {
      for (const one of [workspace, fork]) await one.exec(step);
      expect(await fork.snapshot()).toBe(await workspace.snapshot());
    }
    await fork.dispose();
  });

  it('restores over folders that were made read-only', async () => {
    const { workspace, base } = await opened();
    const fork = await workspace.fork();
    await fork.exec('rm -r src/deep/er/c.js lib; mkdir -p lib/x/y; touch lib/x/y/z');
    const open = await fork.snapshot();
    await fork.exec('chmod 500 lib/x/y lib/x; chmod 555 src/deep/er');
    await fork.restore(base);
    expect(await fork.snapshot()).toBe(base);
    expect((await fork.exec('cat lib/d.js')).output).toBe('d\n');
    await fork.restore(open);
    expect((await fork.exec('ls lib/x/y')).output).toBe('z\n');
    await fork.dispose();
  });

  it('sees a change of same size made at once in a fork', async () => {
    const { workspace, base } = await opened();
    const fork = await workspace.fork();
    const seen = new Set<string>([base]);
    for (const text of ['tne', 'one', 'eno', 'neo']) {
      await fork.exec(`printf '${text}\\n' > a.txt`);
      seen.add(await fork.snapshot());
    }
    expect(seen.size).toBe(4);
    expect(await fork.snapshot()).not.toBe(base);
    await fork.dispose();
  });

  it('keeps a fork’s files when its box is ended for its memory', async () => {
    const { workspace } = await opened({ limits: { memoryBytes: 300 * 2 ** 20 } });
    const fork = await workspace.fork();
    await fork.exec(CHANGE);
    const [seen, after] = [await look(fork), await fork.snapshot()];
    const eat = `node -e 'const all = []; for (;;) { all.push(Buffer.alloc(20e6, 1)); }'`;
    expect(await fork.exec(eat)).toMatchObject({ ended: 'memory' });
    expect((await fork.files.read('a.txt')).toString()).toBe('two\n');
    await fork.files.write('written.txt', 'without a box\n');
    await fork.files.remove('written.txt');
    expect(await fork.snapshot()).toBe(after);
    expect(await look(fork)).toBe(seen);
    const child = await fork.fork();
    expect(await child.snapshot()).toBe(after);
    await Promise.all([child.dispose(), fork.dispose()]);
  });

  it('confines the harness to a fork whatever links it holds', async () => {
    const { workspace } = await opened();
    const fork = await workspace.fork();
    await fork.exec(
      'ln -s /etc/passwd abs; ln -s ../../../../etc up; mkdir d; ln -s /tmp d/tmp; ln -s . self',
    );
    for (const path of ['abs', 'up/passwd', 'd/tmp/x', '../a.txt', '/etc/passwd']) {
      await expect(fork.files.read(path)).rejects.toMatchObject({ code: 'outside-workspace' });
      await expect(fork.files.write(path, 'x')).rejects.toMatchObject({ code: 'outside-workspace' });
    }
    expect((await fork.files.read('self/self/a.txt')).toString()).toBe('one\n');
    await fork.files.write('self/new/file.txt', 'text');
    expect((await fork.exec('cat new/file.txt')).output).toBe('text');
    expect(await fork.files.stat('abs')).toMatchObject({ kind: 'link' });
    await fork.files.remove('abs');
    expect(await fork.files.stat('abs')).toBeNull();
    expect(await fork.files.list('d')).toEqual(['tmp']);
    await fork.files.remove('d');
    expect((await fork.exec('ls -d d')).exitCode).not.toBe(0);
    await fork.dispose();
    await expect(fork.files.read('a.txt')).rejects.toThrow();
  });

  it('forks with shared dependencies: what was changed in them goes along, and no further', async () => {
    const repo = repository(FILES);
    put(repo, {
      'node_modules/dep/index.js': 'module.exports = 1\n',
      'lib/node_modules/inner/index.js': 'module.exports = 2\n',
      'made.log': 'carried\n',
    });
    const { workspace } = await opened({ repo });
    const add = (n: number) =>
      `mkdir node_modules/new${n} && echo 'module.exports = ${n}' > node_modules/new${n}/index.js`;
    await workspace.exec(add(3));
    const fork = await workspace.fork();
    await fork.exec(add(4));
    const child = await fork.fork();
    const ask = `node -p 'require("dep") + require("./lib/node_modules/inner")'; cat made.log; ls node_modules`;
    expect((await workspace.exec(ask)).output).toBe('3\ncarried\ndep\nnew3\n');
    // Where dependencies are links in the copy, new ones are the copy's own.
    const carried = kind === 'host' ? 'dep\n' : 'dep\nnew3\nnew4\n';
    expect((await child.exec(ask)).output).toBe(`3\ncarried\n${carried}`);
    await child.exec('rm -r node_modules/*');
    expect((await workspace.exec(ask)).output).toBe('3\ncarried\ndep\nnew3\n');
    if (kind !== 'host') expect(await child.files.list('node_modules')).toEqual([]);
    await Promise.all([child.dispose(), fork.dispose()]);
  });
}
