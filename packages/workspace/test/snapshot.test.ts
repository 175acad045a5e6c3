import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Content, commit, git, put } from './files.ts';
import { open, reopen, repository, temporaryFolder } from './fixtures.ts';

type Files = Record<string, Content>;

/** Names that trouble programs which quote badly. */
const name = fc.constantFrom(
  'a',
  'b.txt',
  'c d',
  'ü',
  '日本',
  '"q"',
  "it's",
  'tab\there',
  'new\nline',
  '-dash',
  '#x',
  '[b]*',
  'a\\b',
);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
const text = fc.oneof(
  fc.constant(''),
  fc.constant('no newline at end'),
  fc.constant('dos\r\nlines\r\n'),
  fc.constant('mixed\r\nlines\n'),
  fc
    .array(fc.constantFrom('alpha', 'beta', '', 'ü', '  indented'), { maxLength: 30 })
    .map((lines) => lines.map((line) => `${line}\n`).join('')),
);
const content: fc.Arbitrary<Content> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }) },
  { weight: 1, arbitrary: fc.constant(Buffer.from('caf\xe9 in latin1\nsecond\n', 'latin1')) },
  { weight: 1, arbitrary: text.map((run) => ({ run })) },
  { weight: 1, arbitrary: name.map((link) => ({ link })) },
);
/** A tree of files: no path is a folder of another, and no link leads to a link (`git apply` fails where they go round). */
const tree = fc.dictionary(path, content, { minKeys: 1, maxKeys: 8, noNullPrototype: true }).map((files) => {
  const paths = Object.keys(files).sort();
  return Object.fromEntries(
    paths
      .filter((one) => !paths.some((other) => one.startsWith(`${other}/`)) && !leadsToLink(files, one))
      .map((one) => [one, files[one]!]),
  ) as Files;
});

function leadsToLink(files: Files, path: string): boolean {
  const linkAt = (at: string): string | undefined => {
    const content = files[at];
    return typeof content === 'object' && 'link' in content ? content.link : undefined;
  };
  const target = linkAt(path);
  return target !== undefined && linkAt(posix.join(posix.dirname(path), target)) !== undefined;
}

/** Everything git would see of a folder, as text. */
function shape(folder: string, below = ''): Record<string, string> {
  const found: Record<string, string> = {};
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const inner = below === '' ? entry.name : `${below}/${entry.name}`;
    if (inner === '.git') continue;
    const full = join(folder, inner);
    if (entry.isDirectory()) Object.assign(found, shape(folder, inner));
    else if (entry.isSymbolicLink()) found[inner] = `link ${readlinkSync(full)}`;
    else
      found[inner] = `${lstatSync(full).mode & 0o100 ? 'x' : '-'} ${readFileSync(full).toString('latin1')}`;
  }
  return found;
}

function clear(folder: string): void {
  for (const entry of readdirSync(folder))
    if (entry !== '.git') rmSync(join(folder, entry), { recursive: true });
}

describe('snapshots of random trees', () => {
  it('snapshot, diff + git apply, changed, restore, and what git itself calls the tree', async () => {
    const repo = repository({ seed: 'x' });
    const { workspace } = await open({ repo });
    await fc.assert(
      fc.asyncProperty(tree, tree, async (before, after) => {
        const copy = workspace.root;
        clear(copy);
        put(copy, before);
        const from = await workspace.snapshot();
        expect(from).toBe(gitTree(copy));
        clear(copy);
        put(copy, after);
        const to = await workspace.snapshot();
        expect(to).toBe(gitTree(copy));
        const wanted = shape(copy);

        await workspace.restore(from);
        const was = shape(copy);
        expect(await workspace.snapshot()).toBe(from);
        const paths = new Set([...Object.keys(was), ...Object.keys(wanted)]);
        const differing = [...paths].filter((one) => was[one] !== wanted[one]).sort();
        expect((await workspace.changed(from, to)).map((one) => one.path).sort()).toEqual(differing);

        const patch = await workspace.diff(from, to);
        expect(patch === '').toBe(from === to);
        if (patch !== '') execFileSync('git', ['apply', '--whitespace=nowarn'], { cwd: copy, input: patch });
        expect(shape(copy)).toEqual(wanted);
        expect(await workspace.snapshot()).toBe(to);
      }),
      { numRuns: 25 },
    );
  });
});

it('makes a patch that applies where a link goes elsewhere and a folder takes its place', async () => {
  const { workspace } = await open({ repo: repository({ seed: 'x' }), sandbox: 'host' });
  const copy = workspace.root;
  clear(copy);
  put(copy, { a: { link: '#x' } });
  const from = await workspace.snapshot();
  clear(copy);
  put(copy, { 'a/a': 'text\n', ü: { link: '#x' } });
  const to = await workspace.snapshot();
  await workspace.restore(from);
  execFileSync('git', ['apply'], { cwd: copy, input: await workspace.diff(from, to) });
  expect(await workspace.snapshot()).toBe(to);
});

/** What git calls the folder's files, asked in a store of its own. */
function gitTree(folder: string): string {
  const store = mkdtempSync(join(tmpdir(), 'heddle-store-'));
  git(store, 'init', '--quiet', '--bare', store);
  const env = { ...process.env, GIT_DIR: store, GIT_WORK_TREE: folder, GIT_CONFIG_GLOBAL: '/dev/null' };
  const run = (...args: string[]) => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' }).trim();
  run('-c', 'core.autocrlf=false', 'add', '--all', '--force', '.');
  const tree = run('write-tree');
  rmSync(store, { recursive: true });
  return tree;
}

describe('a patch', () => {
  it('has renames, modes, binary files, links and odd names in the form git reads', async () => {
    const many = Array.from({ length: 40 }, (_, line) => `line ${line}\n`).join('');
    const { workspace, base } = await open({
      repo: repository({ 'old name.txt': many, 'tool.sh': 'echo\n', 'a.bin': 'text' }),
    });
    rmSync(join(workspace.root, 'old name.txt'));
    put(workspace.root, {
      'nëw/name.txt': `${many}more\n`,
      'a.bin': new Uint8Array([0, 255, 1]),
      link: { link: 'a.bin' },
    });
    chmodSync(join(workspace.root, 'tool.sh'), 0o755);
    const patch = await workspace.diff(base, await workspace.snapshot());
    expect(
      patch.split('\n').filter((line) => /^(diff|rename|old mode|new mode|new file|GIT binary)/.test(line)),
    ).toEqual([
      'diff --git a/a.bin b/a.bin',
      'GIT binary patch',
      'diff --git a/link b/link',
      'new file mode 120000',
      'diff --git a/old name.txt "b/n\\303\\253w/name.txt"',
      'rename from old name.txt',
      'rename to "n\\303\\253w/name.txt"',
      'diff --git a/tool.sh b/tool.sh',
      'old mode 100644',
      'new mode 100755',
    ]);
  });

  it('has a form of its own whatever the user has configured', async () => {
    const repo = repository({ 'a.txt': 'one\n' });
    for (const [key, value] of [
      ['diff.noprefix', 'true'],
      ['diff.external', 'false'],
      ['color.ui', 'always'],
      ['core.quotepath', 'false'],
      ['diff.renames', 'false'],
    ] as const) {
      git(repo, 'config', key, value);
    }
    const { workspace, base } = await open({ repo });
    await workspace.files.write('a.txt', 'two\n');
    const patch = await workspace.diff(base, await workspace.snapshot());
    expect(patch).toMatch(
      /^diff --git a\/a.txt b\/a.txt\nindex [0-9a-f]{40}\.\.[0-9a-f]{40} 100644\n--- a\/a.txt\n/,
    );
  });

  it('applies to the user’s tree where line endings are converted', async () => {
    const repo = repository({
      '.gitattributes': '*.txt text eol=crlf\n',
      'dos.txt': 'one\r\ntwo\r\nthree\r\n',
    });
    rmSync(join(repo, 'dos.txt'));
    git(repo, 'checkout', '--', 'dos.txt');
    expect(readFileSync(join(repo, 'dos.txt'), 'latin1')).toBe('one\r\ntwo\r\nthree\r\n');
    const { workspace, base } = await open({ repo });
    expect(await workspace.snapshot()).toBe(base);
    await workspace.files.write('dos.txt', 'one\r\nTWO\r\nthree\r\n');
    const patch = await workspace.diff(base, await workspace.snapshot());
    expect(patch.split('\n').filter((line) => /^[-+][^-+]/.test(line))).toEqual(['-two\r', '+TWO\r']);
    execFileSync('git', ['apply'], { cwd: repo, input: patch });
    expect(readFileSync(join(repo, 'dos.txt'), 'latin1')).toBe('one\r\nTWO\r\nthree\r\n');
  });
});

it('tells what is in the files that differ, and of what is no text its mode and digest', async () => {
  const files = {
    'a.txt': 'one\n',
    'gone.txt': 'gone\n',
    'tool.sh': 'echo\n',
    'a.bin': 'text\n',
    same: 'same\n',
  };
  const { workspace, base } = await open({ repo: repository(files) });
  put(workspace.root, {
    'a.txt': 'two\n',
    'new.txt': 'new\n',
    'a.bin': new Uint8Array([0, 1]),
    link: { link: 'a.txt' },
    'latin1.txt': Buffer.from([0xe9]),
  });
  rmSync(join(workspace.root, 'gone.txt'));
  chmodSync(join(workspace.root, 'tool.sh'), 0o755);
  const id = expect.stringMatching(/^100644 [0-9a-f]{40}$/);
  const digest = git(workspace.root, 'hash-object', 'tool.sh').trim();
  expect(await workspace.contents(base, await workspace.snapshot())).toEqual([
    { path: 'a.bin', before: id, after: id, binary: true },
    { path: 'a.txt', before: 'one\n', after: 'two\n', binary: false },
    { path: 'gone.txt', before: 'gone\n', after: null, binary: false },
    { path: 'latin1.txt', before: null, after: id, binary: true },
    { path: 'link', before: null, after: expect.stringMatching(/^120000 /), binary: true },
    { path: 'new.txt', before: null, after: 'new\n', binary: false },
    { path: 'tool.sh', before: `100644 ${digest}`, after: `100755 ${digest}`, binary: true },
  ]);
});

describe('ignore rules', () => {
  const rules = { '.gitignore': 'build/\n*.log\n!keep.log\n/only-here\n', 'sub/.gitignore': 'secret*\n' };

  it('keep build output out, nested rules and exceptions included', async () => {
    const repo = repository({ ...rules, 'a.txt': 'x' });
    put(repo, { '.git/info/exclude': 'excluded\n' });
    const { workspace, base } = await open({ repo });
    put(workspace.root, {
      'build/out.js': '1',
      'sub/build/out.js': '1',
      'x.log': '1',
      'keep.log': '1',
      'only-here': '1',
      'sub/only-here': '1',
      'sub/secret.txt': '1',
      'secret.txt': '1',
      excluded: '1',
      'new/deep/file': '1',
    });
    const added = await workspace.changed(base, await workspace.snapshot());
    expect(added.map((one) => one.path)).toEqual([
      'keep.log',
      'new/deep/file',
      'secret.txt',
      'sub/only-here',
    ]);
  });

  it('are those of the beginning, whatever happens to .gitignore', async () => {
    const { workspace, base } = await open({ repo: repository({ ...rules, 'a.txt': 'x' }) });
    put(workspace.root, { '.gitignore': 'a.txt\nnew.txt\n', 'x.log': '1', 'new.txt': '1' });
    const after = await workspace.snapshot();
    expect((await workspace.changed(base, after)).map((one) => one.path)).toEqual(['.gitignore', 'new.txt']);
    const fork = await workspace.fork();
    put(fork.root, { 'y.log': '1', 'other.txt': '1' });
    expect((await fork.changed(after, await fork.snapshot())).map((one) => one.path)).toEqual(['other.txt']);
    await fork.dispose();
  });

  it('never hide a tracked file, also after it was away', async () => {
    const repo = repository({ '.gitignore': 'dist/\n' });
    put(repo, { 'dist/tracked.js': '1' });
    git(repo, 'add', '--force', 'dist/tracked.js');
    commit(repo);
    const { workspace, base } = await open({ repo });
    rmSync(join(workspace.root, 'dist'), { recursive: true });
    const without = await workspace.snapshot();
    expect(await workspace.changed(base, without)).toEqual([{ path: 'dist/tracked.js', status: 'deleted' }]);
    put(workspace.root, { 'dist/tracked.js': '1', 'dist/other.js': '1' });
    expect(await workspace.snapshot()).toBe(base);
    await workspace.restore(without);
    expect(existsSync(join(workspace.root, 'dist/tracked.js'))).toBe(false);
    await workspace.restore(base);
    expect(await workspace.snapshot()).toBe(base);
  });
});

describe('the store', () => {
  it('holds no object of the user’s repository, and the user’s holds none of ours', async () => {
    const repo = repository({ 'a.txt': 'one\n', 'b/c.txt': 'two\n' });
    const before = git(repo, 'count-objects', '-v');
    const home = temporaryFolder();
    const { workspace, base } = await open({ repo, home });
    await workspace.files.write('a.txt', 'changed\n');
    await workspace.snapshot();
    await workspace.exec('git commit -qam inside');
    expect(git(repo, 'count-objects', '-v')).toBe(before);
    expect(base).toBe(git(repo, 'rev-parse', 'HEAD^{tree}').trim());
    const [shadow = ''] = readdirSync(join(home, 'shadow'));
    const blobs = git(
      join(home, 'shadow', shadow),
      'cat-file',
      '--batch-all-objects',
      '--batch-check=%(objecttype) %(objectsize)',
    );
    expect(blobs.split('\n').filter((line) => line === 'blob 4').length).toBeGreaterThan(0);
    expect(git(join(home, 'shadow', shadow), 'fsck', '--no-dangling')).toBe('');
  });

  it('is shared by workspaces that write at once', async () => {
    const repo = repository({ 'a.txt': 'one\n' });
    const home = temporaryFolder();
    const opened = await Promise.all(['one', 'two', 'three'].map((id) => open({ repo, home, id })));
    const ids = await Promise.all(
      opened.map(async ({ workspace }) => {
        await workspace.files.write('x/y/z.txt', 'the same\n');
        return workspace.snapshot();
      }),
    );
    expect(new Set(ids).size).toBe(1);
    const late = await reopen({ repo, home, id: 'late', sandbox: 'host', snapshot: ids[0]! });
    expect((await late.files.read('x/y/z.txt')).toString()).toBe('the same\n');
  });

  it('names a snapshot that is gone', async () => {
    const repo = repository({ 'a.txt': 'one\n' });
    const snapshot = '1234567890123456789012345678901234567890';
    const attempt = reopen({ repo, home: temporaryFolder(), id: 'x', sandbox: 'host', snapshot });
    await expect(attempt).rejects.toMatchObject({ code: 'snapshot-missing', reader: 'operator' });
  });

  it('works in a repository with SHA-256 ids', async () => {
    const repo = join(temporaryFolder(), 'sha256');
    mkdirSync(repo);
    git(repo, 'init', '--quiet', '--object-format=sha256');
    put(repo, { 'a.txt': 'one\n', 'b/c.txt': 'two\n' });
    commit(repo);
    const { workspace, base } = await open({ repo });
    expect(base).toBe(git(repo, 'rev-parse', 'HEAD^{tree}').trim());
    await workspace.files.write('a.txt', 'two\n');
    expect(await workspace.diff(base, await workspace.snapshot())).toContain('-one\n+two\n');
    expect((await workspace.exec('git status --porcelain')).output).toBe(' M a.txt\n');
  });
});
