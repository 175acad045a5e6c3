import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LARGE_FILE_BYTES } from '../src/limits.ts';
import { openWorkspace } from '../src/open.ts';
import { inspectRepository } from '../src/repository/inspect.ts';
import { chooseSandbox } from '../src/sandbox/choose.ts';
import type { SandboxKind } from '../src/workspace.ts';
import { commit, git, put } from './files.ts';
import { open, repository, temporaryFolder } from './fixtures.ts';

const refused = (repo: string) => openWorkspace({ repo, home: temporaryFolder(), id: 'x', sandbox: 'host' });

describe('repositories that cannot be opened', () => {
  it('no repository, no folder, a file, a bare repository', async () => {
    const folder = temporaryFolder();
    await expect(refused(folder)).rejects.toMatchObject({
      code: 'not-a-repository',
      hint: expect.stringContaining('git init'),
    });
    await expect(refused(join(folder, 'absent'))).rejects.toMatchObject({ code: 'no-such-folder' });
    put(folder, { file: 'x' });
    await expect(refused(join(folder, 'file'))).rejects.toMatchObject({ code: 'no-such-folder' });
    git(folder, 'init', '--quiet', '--bare', 'bare.git');
    await expect(refused(join(folder, 'bare.git'))).rejects.toMatchObject({
      code: 'not-a-repository',
      message: expect.stringContaining('bare'),
    });
    await expect(inspectRepository(folder)).rejects.toMatchObject({ code: 'not-a-repository' });
  });

  it('an empty repository; the whole machine or home folder', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    await expect(refused(folder)).rejects.toMatchObject({ code: 'empty-repository', reader: 'operator' });
    if (!existsSync(join(homedir(), '.git'))) return;
    await expect(refused(homedir())).rejects.toMatchObject({ code: 'unsuitable-repository' });
  });

  it('a damaged index', async () => {
    const repo = repository({ a: 'x' });
    writeFileSync(join(repo, '.git/index'), 'nonsense');
    await expect(refused(repo)).rejects.toMatchObject({ code: 'repository-refused' });
  });

  it('a sandbox that does not exist', async () => {
    await expect(chooseSandbox('nonsense' as SandboxKind)).rejects.toMatchObject({ code: 'unknown-sandbox' });
  });
});

describe('repositories in odd states', () => {
  it('no commit yet: its untracked files', async () => {
    const folder = temporaryFolder();
    git(folder, 'init', '--quiet');
    put(folder, { 'a.txt': 'one\n', 'ignored.log': 'x', '.gitignore': '*.log\n' });
    const { workspace, commit: at } = await open({ repo: folder });
    expect(at).toBeNull();
    expect(await workspace.files.list('')).toEqual(expect.arrayContaining(['.gitignore', 'a.txt']));
    expect((await workspace.exec('git status --porcelain')).output).toBe('?? .gitignore\n?? a.txt\n');
    expect(await inspectRepository(folder)).toEqual({ root: folder, commit: null });
  });

  it('a dirty tree: changes, deletions, additions and untracked files are carried over and noted', async () => {
    const repo = repository({ 'a.txt': 'one\n', 'gone.txt': 'x', 'staged.txt': 'x', 'deep/b.txt': 'b' });
    put(repo, { 'a.txt': 'changed\n', 'staged.txt': 'staged', 'new/file.txt': 'new' });
    rmSync(join(repo, 'gone.txt'));
    git(repo, 'add', 'staged.txt');
    const status = git(repo, 'status', '--porcelain');
    const { workspace, notes } = await open({ repo });
    expect((await workspace.exec('git status --porcelain')).output).toBe(status.replace('new/', 'new/'));
    expect((await workspace.files.read('a.txt')).toString()).toBe('changed\n');
    expect(notes).toEqual([
      'uncommitted changes carried over: a.txt, gone.txt, staged.txt',
      'untracked files carried over: new/file.txt',
    ]);
    expect(git(repo, 'status', '--porcelain')).toBe(status);
  });

  it('a folder inside the repository, and a commit to name', async () => {
    const repo = repository({ 'deep/er/a.txt': 'x' });
    const { root, commit: at } = await open({ repo: join(repo, 'deep/er') });
    expect(at).toBe(git(repo, 'rev-parse', 'HEAD').trim());
    expect(statSync(join(root, 'deep/er/a.txt')).isFile()).toBe(true);
    expect(await inspectRepository(join(repo, 'deep'))).toEqual({ root: repo, commit: at });
    git(repo, 'pack-refs', '--all');
    expect((await inspectRepository(repo)).commit).toBe(at);
    git(repo, 'checkout', '--quiet', '--detach');
    expect((await inspectRepository(repo)).commit).toBe(at);
  });

  it('a linked worktree', async () => {
    const repo = repository({ 'a.txt': 'x\n' });
    const linked = join(temporaryFolder(), 'linked');
    git(repo, 'worktree', 'add', '--quiet', '-b', 'side', linked);
    put(linked, { 'a.txt': 'side\n' });
    const { workspace } = await open({ repo: linked });
    expect(
      (await workspace.exec('git branch --show-current; git status --porcelain; git log --oneline | wc -l'))
        .output,
    ).toMatch(/^side\n M a.txt\n *1\n$/);
  });

  it('a conflict', async () => {
    const repo = repository({ 'a.txt': 'base\n' });
    git(repo, 'checkout', '--quiet', '-b', 'side');
    put(repo, { 'a.txt': 'side\n' });
    commit(repo);
    git(repo, 'checkout', '--quiet', '-');
    put(repo, { 'a.txt': 'main\n' });
    commit(repo);
    expect(() => git(repo, 'merge', 'side')).toThrow();
    const { workspace, base } = await open({ repo });
    expect((await workspace.files.read('a.txt')).toString()).toContain('<<<<<<<');
    expect(await workspace.snapshot()).toBe(base);
  });

  it('a path with spaces, quotes and letters beyond ASCII', async () => {
    const repo = repository({ 'ä file "x".txt': 'x\n' }, `it's "ä" folder, really: #1`);
    put(repo, { '.gitignore': 'node_modules/\n', 'node_modules/dep/index.js': 'module.exports = 3' });
    for (const sandbox of ['bubblewrap', 'namespaces', 'host'] as const) {
      const usable = await chooseSandbox(sandbox).catch(() => null);
      if (usable === null) continue;
      const { workspace, root } = await open({ repo, id: sandbox, sandbox });
      const shell = await workspace.shell();
      const result = await shell.run(
        `pwd; cat 'ä file "x".txt'; node -p 'require("dep")'; git status --porcelain`,
      );
      expect(result.output).toBe(`${root}\nx\n3\n?? .gitignore\n`);
    }
  });
});

describe('files that are special', () => {
  it('a large untracked file is left out with a note, also later', async () => {
    const repo = repository({ 'a.txt': 'x' });
    put(repo, { 'data.bin': '' });
    truncateSync(join(repo, 'data.bin'), 4 * LARGE_FILE_BYTES);
    const { workspace, base, notes } = await open({ repo });
    expect(notes).toEqual(['untracked and above 50 MB, left out: data.bin']);
    expect(await workspace.files.stat('data.bin')).toBeNull();
    await workspace.exec(`truncate -s ${LARGE_FILE_BYTES + 1} core.dump`);
    expect(await workspace.snapshot()).toBe(base);
  });

  it('a large tracked file is carried over, and hashed without being held in memory', async () => {
    const repo = repository({ 'big.bin': 'x'.repeat(12 * 2 ** 20) });
    const { workspace, base } = await open({ repo });
    expect(base).toBe(git(repo, 'rev-parse', 'HEAD^{tree}').trim());
    await workspace.exec('printf y >> big.bin');
    const after = await workspace.snapshot();
    await workspace.restore(base);
    expect((await workspace.files.stat('big.bin'))?.bytes).toBe(12 * 2 ** 20);
    await workspace.restore(after);
    expect((await workspace.files.stat('big.bin'))?.bytes).toBe(12 * 2 ** 20 + 1);
  });

  it('links that leave the repository stay links and are not followed', async () => {
    const outside = temporaryFolder();
    put(outside, { secret: 'hidden' });
    const repo = repository({ 'a.txt': 'x', inside: { link: 'a.txt' } });
    symlinkSync(join(outside, 'secret'), join(repo, 'leaving'));
    symlinkSync('../../..', join(repo, 'up'));
    const { workspace, base, notes } = await open({ repo });
    expect((await workspace.files.stat('leaving'))?.kind).toBe('link');
    await expect(workspace.files.read('leaving')).rejects.toMatchObject({ code: 'outside-workspace' });
    expect((await workspace.files.read('inside')).toString()).toBe('x');
    expect(await workspace.snapshot()).toBe(base);
    expect(notes).toContain('links that leave the repository, unreachable from inside: leaving, up');
  });

  it('a submodule: its files are there, changes in it are not in the patch', async () => {
    const inner = repository({ 'lib.js': 'one\n', 'deep/x.js': 'x\n' });
    const repo = repository({ 'a.txt': 'x\n' });
    git(repo, 'submodule', '--quiet', 'add', inner, 'vendor lib');
    commit(repo);
    put(repo, { 'vendor lib/untracked.js': 'u' });
    const { workspace, base, notes } = await open({ repo });
    expect(notes.at(-1)).toMatch(/^submodules and nested repositories: .*: vendor lib$/);
    expect((await workspace.files.read('vendor lib/lib.js')).toString()).toBe('one\n');
    expect(await workspace.files.list('vendor lib')).toEqual(['deep/', 'lib.js', 'untracked.js']);
    await workspace.files.write('vendor lib/lib.js', 'two\n');
    await workspace.files.write('a.txt', 'y\n');
    const after = await workspace.snapshot();
    expect(await workspace.changed(base, after)).toEqual([{ path: 'a.txt', status: 'modified' }]);
    expect(await workspace.diff(base, after)).not.toContain('lib.js');
    await workspace.restore(base);
    expect((await workspace.files.read('vendor lib/lib.js')).toString()).toBe('one\n');
  });

  it('a repository inside the repository', async () => {
    const repo = repository({ 'a.txt': 'x\n' });
    mkdirSync(join(repo, 'nested'));
    git(join(repo, 'nested'), 'init', '--quiet');
    put(join(repo, 'nested'), { 'n.txt': 'n\n' });
    const { workspace, base } = await open({ repo });
    expect((await workspace.files.read('nested/n.txt')).toString()).toBe('n\n');
    expect(await workspace.snapshot()).toBe(base);
  });

  it('ignored files: generated sources are there, secrets are not', async () => {
    const repo = repository({ '.gitignore': '_version.py\n.env*\n*.pem\n__pycache__/\n', 'a.py': 'x' });
    put(repo, {
      'src/_version.py': 'v = 1',
      '.env': 'TOKEN=1',
      '.env.local': 'x',
      'key.pem': 'x',
      '__pycache__/a.pyc': 'x',
    });
    const { workspace, base, notes } = await open({ repo });
    expect((await workspace.exec('find . -path ./.git -prune -o -type f -print | sort')).output).toBe(
      './.gitignore\n./a.py\n./src/_version.py\n',
    );
    expect(notes).toEqual(['ignored, may hold secrets, left out: .env, .env.local, key.pem']);
    expect(await workspace.snapshot()).toBe(base);
  });

  it('read-only files and folders', async () => {
    const repo = repository({ 'locked/a.txt': 'one\n', 'fixed.txt': 'two\n' });
    chmodSync(join(repo, 'fixed.txt'), 0o444);
    chmodSync(join(repo, 'locked'), 0o555);
    try {
      const { workspace, base } = await open({ repo });
      expect(await workspace.snapshot()).toBe(base);
      await workspace.exec(
        'echo x > locked/a.txt; rm -f fixed.txt; mkdir made; echo y > made/y; chmod 500 made',
      );
      await workspace.restore(base);
      expect(await workspace.snapshot()).toBe(base);
      expect((await workspace.files.read('fixed.txt')).toString()).toBe('two\n');
    } finally {
      chmodSync(join(repo, 'locked'), 0o755);
    }
  });

  it('credentials, hooks and other settings of the user’s .git do not come along', async () => {
    const repo = repository({ 'a.txt': 'x' });
    git(repo, 'remote', 'add', 'origin', 'https://user:token@example.org/x.git');
    git(repo, 'config', 'http.extraheader', 'Authorization: secret');
    git(repo, 'config', 'credential.helper', 'store');
    put(repo, { '.git/hooks/pre-commit': { run: '#!/bin/sh\nexit 1\n' } });
    const { workspace } = await open({ repo });
    const result = await workspace.exec(
      'git config --local --list; echo y > a.txt; git commit -qam y && echo committed',
    );
    expect(result.output).toContain('remote.origin.url=https://example.org/x.git\n');
    expect(result.output).toContain('committed');
    expect(result.output).not.toMatch(/token|secret|credential/);
  });

  it('Heddle’s home inside the repository is no part of it', async () => {
    const repo = repository({ 'a.txt': 'x' });
    const home = join(repo, '.heddle');
    const { workspace, base } = await open({ repo, home });
    expect(await workspace.files.stat('.heddle')).toBeNull();
    const second = await open({ repo, home, id: 'two' });
    expect(second.base).toBe(base);
  });
});

describe('two workspaces of one repository', () => {
  it('know nothing of each other', async () => {
    const repo = repository({ 'a.txt': 'x' });
    const home = temporaryFolder();
    const [one, two] = await Promise.all([open({ repo, home, id: 'one' }), open({ repo, home, id: 'two' })]);
    await one.workspace.exec('echo one > a.txt; git commit -qam one');
    expect((await two.workspace.exec('cat a.txt; git log --oneline | wc -l')).output).toMatch(/^x *1\n$/);
    expect(readFileSync(join(repo, 'a.txt'), 'utf8')).toBe('x');
  });
});
