import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RolloutResult } from '@heddle/agent';
import { describe, expect, test } from 'vitest';
import { type HandOverOptions, handOver, refuseEarly } from '../src/hand-over/hand-over.ts';
import { git, repository, temporaryFolder } from './support.ts';

const FILES = {
  'a.txt': 'one\ntwo\nthree\n',
  'b.txt': 'b\n',
  'old name.txt': 'x\ny\nz\n',
  'crlf.txt': 'a\r\nb\r\n',
};

/** A patch made by git: changes, adds (binary too), removes, renames. */
function patchOf(root: string): string {
  writeFileSync(join(root, 'a.txt'), 'one\nTWO\nthree\n');
  writeFileSync(join(root, 'crlf.txt'), 'a\r\nB\r\n');
  writeFileSync(join(root, 'new ü.txt'), 'no newline at end');
  writeFileSync(join(root, 'binary'), Buffer.from([0, 255, 1, 254]));
  git(root, 'mv', 'old name.txt', 'name.txt');
  rmSync(join(root, 'b.txt'));
  git(root, 'add', '-A');
  const patch = git(root, 'diff', '--cached', '--binary', '--full-index', '--find-renames');
  git(root, 'reset', '-q', '--hard');
  return patch;
}

function result(patch: string, status: RolloutResult['status'] = 'solved'): RolloutResult {
  const usage = {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  };
  return {
    rollout: '1t6x9b2k3a',
    status,
    verified: status === 'solved',
    patch,
    probability: 0.9,
    checks: [],
    steps: 3,
    usage,
    costUsd: 0,
    seconds: 1,
    reason: 'Two was small.',
  };
}

const deliver = (root: string, patch: string, options: HandOverOptions) =>
  handOver({ result: result(patch), task: 'Make two bigger\n\nPlease.', root }, options);
const state = (root: string) => ({
  status: git(root, 'status', '--porcelain'),
  head: git(root, 'rev-parse', 'HEAD'),
  branches: git(root, 'branch', '--format=%(refname:short)'),
});

describe('--apply', () => {
  test('puts everything into the working tree and leaves the index alone', async () => {
    const root = repository(FILES);
    const patch = patchOf(root);
    expect(await deliver(root, patch, { apply: true })).toEqual([`applied to ${root}`]);
    expect(readFileSync(join(root, 'crlf.txt'), 'utf8')).toBe('a\r\nB\r\n');
    expect(readFileSync(join(root, 'binary'))).toEqual(Buffer.from([0, 255, 1, 254]));
    expect(git(root, 'diff', '--cached', '--name-only')).toBe('');
    git(root, 'add', '-A');
    expect(git(root, 'diff', '--cached', '--binary', '--full-index', '--find-renames')).toBe(patch);
  });

  test('refuses in one line, and changes nothing, where one file of several does not fit', async () => {
    const root = repository(FILES);
    const patch = patchOf(root);
    writeFileSync(join(root, 'a.txt'), 'all else\n');
    const before = state(root);
    await expect(deliver(root, patch, { apply: true })).rejects.toMatchObject({
      reader: 'operator',
      code: 'does-not-apply',
      message: 'the patch does not apply, nothing was changed: patch failed: a.txt:1',
    });
    expect(state(root)).toEqual(before);
  });
});

describe('--branch', () => {
  test('commits on a new branch without touching tree, index or HEAD', async () => {
    const root = repository(FILES);
    const patch = patchOf(root);
    appendFileSync(join(root, 'b.txt'), 'staged\n');
    git(root, 'add', 'b.txt');
    writeFileSync(join(root, 'untracked'), '');
    const before = state(root);
    const [line] = await deliver(
      root,
      'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n',
      { branch: 'fix/two' },
    );
    expect(line).toMatch(/^committed [0-9a-f]{10} on branch fix\/two$/);
    expect(state(root)).toEqual({ ...before, branches: 'fix/two\nmain\n' });
    expect(git(root, 'show', '--format=%an%n%B', '--name-status', 'fix/two')).toMatchInlineSnapshot(`
      "Tester
      Make two bigger

      Two was small.

      Heddle-Rollout: 1t6x9b2k3a
      Heddle-Verified: yes


      M	a.txt
      "
    `);
    expect(git(root, 'rev-parse', 'fix/two^')).toBe(before.head);
    await deliver(root, patch, { branch: 'all' });
    expect(git(root, 'diff', '--binary', '--full-index', '--find-renames', 'main', 'all')).toBe(patch);
  });

  test('works before the first commit and without a git identity', async () => {
    const root = join(temporaryFolder(), 'repo');
    mkdirSync(root);
    git(root, 'init', '-q', '-b', 'main');
    const patch =
      'diff --git a/new b/new\nnew file mode 100644\n--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+hello\n';
    await deliver(root, patch, { branch: 'first' });
    expect(git(root, 'log', '--format=%an <%ae> %s', 'first')).toBe(
      'Heddle <heddle@localhost> Make two bigger\n',
    );
  });

  test('refuses a patch on top of uncommitted changes, and leaves no branch behind', async () => {
    const root = repository(FILES);
    writeFileSync(join(root, 'a.txt'), 'one\ntwo and a half\nthree\n');
    git(root, 'commit', '-qam', 'later');
    const patch = patchOf(root);
    git(root, 'reset', '-q', '--hard', 'HEAD~1');
    const before = state(root);
    await expect(deliver(root, patch, { branch: 'fix' })).rejects.toMatchObject({ code: 'does-not-apply' });
    expect(state(root)).toEqual(before);
  });

  test('is refused before any work when its name is taken or is none', async () => {
    const root = repository(FILES);
    await expect(refuseEarly(root, { branch: 'main' })).rejects.toMatchObject({ code: 'branch-exists' });
    await expect(refuseEarly(root, { branch: 'a..b' })).rejects.toMatchObject({ code: 'bad-branch' });
    await expect(refuseEarly(root, { branch: 'free' })).resolves.toBeUndefined();
  });
});

describe('--patch', () => {
  test('writes the file, an empty one for no change', async () => {
    const root = repository(FILES);
    const file = join(temporaryFolder(), 'out.patch');
    await refuseEarly(root, { patch: file });
    expect(await deliver(root, 'text', { patch: file })).toEqual([`patch written to ${file}`]);
    expect(readFileSync(file, 'utf8')).toBe('text');
    await deliver(root, '', { patch: file });
    expect(readFileSync(file, 'utf8')).toBe('');
  });

  test('is refused before any work where it cannot be written', async () => {
    const root = repository(FILES);
    await expect(refuseEarly(root, { patch: join(root, 'no/such/folder.patch') })).rejects.toMatchObject({
      code: 'patch-not-writable',
    });
    await expect(refuseEarly(root, { patch: '-', json: true })).rejects.toMatchObject({
      code: 'two-outputs',
    });
  });
});

describe('unfinished work', () => {
  test("is not put into anybody's tree, only into the file", async () => {
    const root = repository(FILES);
    const patch = patchOf(root);
    const before = state(root);
    const file = join(temporaryFolder(), 'out.patch');
    const options = { apply: true, branch: 'fix', patch: file };
    for (const status of ['limit', 'gave-up', 'interrupted', 'model-unreachable', 'failed'] as const) {
      const lines = await handOver({ result: result(patch, status), task: 't', root }, options);
      expect(lines).toEqual([
        `patch written to ${file}`,
        'not applied, it is unfinished; to do it all the same: heddle show 1t6x9b2k3a --diff | git apply',
      ]);
    }
    expect(state(root)).toEqual(before);
    expect(await handOver({ result: result('', 'unverified'), task: 't', root }, { apply: true })).toEqual([
      'there is nothing to apply: no file was changed',
    ]);
  });
});
