import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Workspace } from '../src/workspace.ts';
import { type Content, commit, git, put } from './files.ts';
import { open, repository, temporaryFolder } from './fixtures.ts';

const LINES = Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join('');
const FILES: Record<string, Content> = {
  'a.txt': LINES,
  'old.txt': `${LINES}end\n`,
  'tool.sh': '#!/bin/sh\necho\n',
  'data.bin': new Uint8Array([0, 1, 2, 3]),
  'lib/one.txt': 'one\n',
};

/** The snapshot of the base with a change made by hand. */
async function changed(workspace: Workspace, base: string, change: (root: string) => void): Promise<string> {
  await workspace.restore(base);
  change(workspace.root);
  return workspace.snapshot();
}

const edit = (path: string, from: string, to: string) => (root: string) =>
  put(root, { [path]: readFileSync(join(root, path), 'utf8').replace(from, to) });
const add = (files: Record<string, Content>) => (root: string) => put(root, files);
const remove = (path: string) => (root: string) => rmSync(join(root, path), { recursive: true });
const move = (from: string, to: string) => (root: string) => {
  const text = readFileSync(join(root, from));
  rmSync(join(root, from));
  put(root, { [to]: text });
};
const executable = (path: string) => (root: string) => chmodSync(join(root, path), 0o755);
type Change = (root: string) => void;
const both =
  (...changes: Change[]): Change =>
  (root) => {
    for (const change of changes) change(root);
  };

const EDITED = edit('old.txt', 'line 3\n', 'three\n');

/** Two changes that merge, and what the files are then. */
const MERGING: Record<string, { changes: [Change, Change]; gives: Change }> = {
  'a rename and an edit': {
    changes: [move('old.txt', 'new.txt'), EDITED],
    gives: both(EDITED, move('old.txt', 'new.txt')),
  },
  'an edit and a rename': {
    changes: [EDITED, move('old.txt', 'new.txt')],
    gives: both(EDITED, move('old.txt', 'new.txt')),
  },
  'the same rename': {
    changes: [move('old.txt', 'new.txt'), move('old.txt', 'new.txt')],
    gives: move('old.txt', 'new.txt'),
  },
  'a mode and a text': {
    changes: [executable('tool.sh'), edit('tool.sh', 'echo', 'ls')],
    gives: both(edit('tool.sh', 'echo', 'ls'), executable('tool.sh')),
  },
  'one new file with one text': {
    changes: [add({ 'n.txt': 'same\n' }), add({ 'n.txt': 'same\n' })],
    gives: add({ 'n.txt': 'same\n' }),
  },
  'two new files of one folder': {
    changes: [add({ 'lib/x': 'x' }), add({ 'lib/y': 'y' })],
    gives: add({ 'lib/x': 'x', 'lib/y': 'y' }),
  },
  'deleted twice': {
    changes: [remove('a.txt'), remove('a.txt')],
    gives: remove('a.txt'),
  },
  'a binary file and a text': {
    changes: [add({ 'data.bin': new Uint8Array([9, 0]) }), edit('a.txt', 'line 2\n', '')],
    gives: both(add({ 'data.bin': new Uint8Array([9, 0]) }), edit('a.txt', 'line 2\n', '')),
  },
  'no change and a link': {
    changes: [() => {}, add({ link: { link: 'a.txt' } })],
    gives: add({ link: { link: 'a.txt' } }),
  },
};

/** Two changes of which the second is left out, and where they conflict. */
const CONFLICTING: Record<string, { changes: [Change, Change]; paths: string[] }> = {
  'one line, two texts': {
    changes: [edit('a.txt', 'line 4\n', 'x\n'), edit('a.txt', 'line 4\n', 'y\n')],
    paths: ['a.txt'],
  },
  'a deletion and an edit': { changes: [remove('old.txt'), EDITED], paths: ['old.txt'] },
  'an edit and a deletion': { changes: [EDITED, remove('old.txt')], paths: ['old.txt'] },
  'one file renamed in two ways': {
    changes: [move('old.txt', 'p.txt'), move('old.txt', 'q.txt')],
    paths: ['old.txt', 'p.txt', 'q.txt'],
  },
  'one new file with two texts': {
    changes: [add({ 'n.txt': 'one\n' }), add({ 'n.txt': 'two\n' })],
    paths: ['n.txt'],
  },
  'two binary files': {
    changes: [
      add({ 'data.bin': new Uint8Array([0, 7]) }),
      add({ 'data.bin': new Uint8Array([0, 8]), 'b.txt': 'b' }),
    ],
    paths: ['data.bin'],
  },
  'a file where the other has a folder': {
    changes: [add({ thing: 'file\n' }), add({ 'thing/inner.txt': 'inner\n' })],
    paths: ['thing'],
  },
  'a folder where the other has a file': {
    changes: [add({ 'thing/inner.txt': 'inner\n' }), add({ thing: 'file\n' })],
    paths: ['thing'],
  },
  'a link and a text': {
    changes: [add({ 'n.txt': { link: 'a.txt' } }), add({ 'n.txt': 'two\n' })],
    paths: ['n.txt'],
  },
};

describe('merging', () => {
  it.each(Object.keys(MERGING))('%s', async (name) => {
    const { workspace, base } = await open({ repo: repository(FILES) });
    const { changes, gives } = MERGING[name]!;
    const made = [await changed(workspace, base, changes[0]), await changed(workspace, base, changes[1])];
    const wanted = await changed(workspace, base, gives);
    expect(await workspace.merge(base, made)).toEqual({ snapshot: wanted, merged: [0, 1], conflicts: [] });
  });

  it.each(Object.keys(CONFLICTING))('leaves out: %s', async (name) => {
    const { workspace, base } = await open({ repo: repository(FILES) });
    const { changes, paths } = CONFLICTING[name]!;
    const made = [await changed(workspace, base, changes[0]), await changed(workspace, base, changes[1])];
    expect(await workspace.merge(base, made)).toEqual({
      snapshot: made[0],
      merged: [0],
      conflicts: [{ index: 1, paths, with: [0] }],
    });
  });

  it('of nothing is the base', async () => {
    const { workspace, base } = await open({ repo: repository(FILES) });
    expect(await workspace.merge(base, [])).toEqual({ snapshot: base, merged: [], conflicts: [] });
  });

  it('of changes to different files has them all, in any order', async () => {
    const names = ['a', 'b', 'd/c', 'd/d', 'd/e/f', 'ü', 'new\nline', '"q" ~x'];
    const texts = Object.fromEntries(names.map((name) => [name, `${name}\n`]));
    const { workspace, base } = await open({ repo: repository(texts) });
    const change = fc.record({
      name: fc.constantFrom(...names),
      to: fc.constantFrom('', 'changed\n', 'other\n', null),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(change, { selector: ({ name }) => name, minLength: 1, maxLength: 4 }),
        async (changes) => {
          const each = changes.map(({ name, to }) =>
            to === null ? remove(name) : add({ [name]: `${to}${name}` }),
          );
          const made: string[] = [];
          for (const one of each) made.push(await changed(workspace, base, one));
          const wanted = await changed(workspace, base, both(...each));
          for (const order of [made, made.toReversed()])
            expect(await workspace.merge(base, order)).toMatchObject({ snapshot: wanted, conflicts: [] });
        },
      ),
      { numRuns: 8 },
    );
  });

  it('writes nothing into the user’s repository, and sound objects into the store', async () => {
    const repo = repository(FILES);
    const home = temporaryFolder();
    const listed = () => git(repo, 'rev-list', '--objects', '--all') + git(repo, 'count-objects', '-v');
    const before = listed();
    const { workspace, base } = await open({ repo, home });
    const made = [
      await changed(workspace, base, edit('a.txt', 'line 1\n', 'x\n')),
      await changed(workspace, base, edit('a.txt', 'line 20\n', 'y\n')),
    ];
    const { snapshot } = await workspace.merge(base, made);
    expect(await workspace.patched(base, await workspace.diff(base, snapshot))).toBe(snapshot);
    expect(listed()).toBe(before);
    const [shadow = ''] = readdirSync(join(home, 'shadow'));
    expect(git(join(home, 'shadow', shadow), 'fsck', '--no-dangling')).toBe('');
    expect(readdirSync(join(home, 'shadow', shadow)).filter((name) => name.startsWith('index'))).toEqual([]);
  });

  it('works in a repository with SHA-256 ids', async () => {
    const repo = join(temporaryFolder(), 'sha256');
    mkdirSync(repo);
    git(repo, 'init', '--quiet', '--object-format=sha256');
    put(repo, FILES);
    commit(repo);
    const { workspace, base } = await open({ repo });
    const one = edit('a.txt', 'line 1\n', 'x\n');
    const two = edit('a.txt', 'line 20\n', 'y\n');
    const made = [await changed(workspace, base, one), await changed(workspace, base, two)];
    const wanted = await changed(workspace, base, both(one, two));
    expect(await workspace.merge(base, made)).toEqual({ snapshot: wanted, merged: [0, 1], conflicts: [] });
    expect(await workspace.patched(base, await workspace.diff(base, wanted))).toBe(wanted);
  });

  it('names a snapshot that is gone, and a store that cannot be written', async () => {
    const home = temporaryFolder();
    const { workspace, base } = await open({ repo: repository(FILES), home });
    const gone = '1234567890123456789012345678901234567890';
    const missing = { code: 'snapshot-missing', reader: 'operator' };
    await expect(workspace.merge(base, [gone])).rejects.toMatchObject(missing);
    await expect(workspace.patched(gone, '')).rejects.toMatchObject(missing);
    const made = await changed(workspace, base, add({ 'x.txt': 'x\n' }));
    const patch = (await workspace.diff(base, made)).replace('+x', '+never written');
    const [shadow = ''] = readdirSync(join(home, 'shadow'));
    const objects = join(home, 'shadow', shadow, 'objects');
    // A file where each new folder of objects would be: refused to root as well.
    for (let n = 0; n < 256; n++) {
      const folder = join(objects, n.toString(16).padStart(2, '0'));
      if (readdirSync(objects).includes(folder.slice(-2))) continue;
      put(objects, { [folder.slice(-2)]: '' });
    }
    await expect(workspace.patched(base, patch)).rejects.toMatchObject({
      code: 'store-failed',
      reader: 'operator',
    });
  });
});

it('says so where git is too old to merge', async () => {
  const { workspace, base } = await open({ repo: repository(FILES) });
  const folder = temporaryFolder();
  // Answers as git before 2.38 does.
  put(folder, { git: { run: '#!/bin/sh\necho "usage: git merge-tree" >&2\nexit 129\n' } });
  const path = process.env.PATH;
  onTestFinished(() => {
    process.env.PATH = path;
  });
  process.env.PATH = `${folder}:${path}`;
  await expect(workspace.merge(base, [base])).rejects.toMatchObject({
    code: 'git-too-old',
    reader: 'operator',
  });
});

describe('a patch as a snapshot', () => {
  const refused: Record<string, string> = {
    'no patch': 'hello\n',
    'cut short': 'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n line 0\n',
    'other lines': '--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n line 0\n-line 7\n+x\n',
    'a file that is not there': '--- a/none.txt\n+++ b/none.txt\n@@ -1 +1 @@\n-a\n+b\n',
    'a new file that is there': '--- /dev/null\n+++ b/a.txt\n@@ -0,0 +1 @@\n+b\n',
    'a path that leaves': '--- /dev/null\n+++ b/../a.txt\n@@ -0,0 +1 @@\n+b\n',
    'a path in .git': '--- /dev/null\n+++ b/.git/config\n@@ -0,0 +1 @@\n+b\n',
    'a submodule': `diff --git a/sub b/sub\nnew file mode 160000\n--- /dev/null\n+++ b/sub\n@@ -0,0 +1 @@\n+Subproject commit ${'1'.repeat(40)}\n`,
  };

  it.each(Object.keys(refused))('is none: %s', async (name) => {
    const { workspace, base } = await open({ repo: repository(FILES) });
    expect(await workspace.patched(base, refused[name]!)).toBeNull();
  });

  it('has modes, links, binary files, renames and odd names; of an empty text it is the same', async () => {
    const { workspace, base } = await open({ repo: repository(FILES) });
    const change = both(
      move('old.txt', 'nëw/n "q".txt'),
      executable('tool.sh'),
      add({
        'data.bin': new Uint8Array([255, 0]),
        link: { link: 'a.txt' },
        'latin1.txt': Buffer.from([0xe9]),
      }),
    );
    const wanted = await changed(workspace, base, change);
    expect(await workspace.patched(base, await workspace.diff(base, wanted))).toBe(wanted);
    expect(await workspace.patched(base, '')).toBe(base);
  });
});
