import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { OperatorError } from '@heddle/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../../src/datasets/registry.ts';
import { git } from '../../src/harness/git.ts';
import { grade } from '../../src/harness/grade.ts';
import { seal } from '../../src/harness/seal.ts';
import { DEFAULT_MINING, type MineOptions, mine } from '../../src/mine/mine.ts';

let folder: string;
let repository: string;
let commits: Record<string, string>;

/** A small history with a commit of each kind. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-mine-'));
  repository = join(folder, 'sums');
  mkdirSync(repository);
  const run = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@localhost', ...args], {
      cwd: repository,
      encoding: 'utf8',
    }).trim();
  const put = (files: Record<string, string>) => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
  };
  const commit = (message: string, files: Record<string, string>) => {
    put(files);
    run('add', '--all');
    run('commit', '--quiet', '-m', message);
    return run('rev-parse', 'HEAD');
  };
  const tests = (cases: string) =>
    `const test = require('node:test');\nconst assert = require('node:assert');\nconst { sum } = require('../sum.js');\n${cases}`;
  const ADDS = "test('adds', () => assert.equal(sum([1, 2]), 3));\n";
  const EMPTY = "test('of nothing', () => assert.equal(sum([]), 0));\n";
  const CHANCE = "test('by chance', () => assert.equal(sum(['x']), Math.random() < 0.5 ? 'x' : 'y'));\n";
  run('init', '--quiet', '-b', 'main');
  commits = {
    first: commit('first', {
      'package.json': JSON.stringify({ scripts: { test: 'eslint . && node --test test/*.test.js' } }),
      'sum.js': 'exports.sum = (values) => values.reduce((a, b) => a + b);\n',
      'test/sum.test.js': tests(ADDS),
    }),
    docs: commit('docs: how to sum', { 'README.md': 'sum\n' }),
    fix: commit(
      'sum([]) throws a TypeError instead of giving 0 (#12)\n\nReported by a user. Now startFrom is where it begins.\n\nSigned-off-by: A <a@localhost>',
      {
        'sum.js':
          'const startFrom = 0;\nexports.sum = (values) => values.reduce((a, b) => a + b, startFrom);\n',
        'test/sum.test.js': tests(ADDS + EMPTY),
      },
    ),
    idle: commit('fix the sums of long lists that were wrong', {
      'sum.js':
        'const startFrom = 0;\n\nexports.sum = (values) => values.reduce((a, b) => a + b, startFrom);\n',
      'test/sum.test.js': tests(`${ADDS}${EMPTY}test('long', () => assert.equal(sum([1, 1, 1]), 3));\n`),
    }),
    chance: commit('fix a sum of texts that fails now and then', {
      'sum.js': 'exports.sum = ([first, ...rest]) => rest.reduce((a, b) => a + b, first ?? 0);\n',
      'test/sum.test.js': tests(ADDS + EMPTY + CHANCE),
    }),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = (out: string, more: Partial<MineOptions> = {}): MineOptions => ({
  ...DEFAULT_MINING,
  repository,
  out: join(folder, out),
  home: join(folder, 'home'),
  runs: 2,
  ...more,
});

test('keeps the fix that its tests prove, and says why the others are none', {
  timeout: 300_000,
}, async () => {
  const said: string[] = [];
  const swe = join(folder, 'swe.jsonl');
  const census = await mine(
    options('a.jsonl', {
      sweBench: swe,
      onCommit: ({ subject, outcome }) => said.push(`${subject}: ${outcome}`),
    }),
  );
  expect(said.at(-1)).toBe('first: first commit');
  expect(said).toContain('docs: how to sum: housekeeping');
  expect(said).toContain(
    'fix the sums of long lists that were wrong: no test fails without the fix and passes with it',
  );
  expect(census.get('kept')).toBeGreaterThanOrEqual(1);

  const { instances } = await readDataset(join(folder, 'a.jsonl'));
  const found = instances.find(({ meta }) => meta.fix_commit === commits.fix)!;
  expect(found).toMatchObject({
    id: 'local__sums-12',
    cluster: 'local/sums',
    files: { kind: 'commit', repository, commit: commits.docs },
    grading: { failToPass: ['of nothing'], passToPass: ['adds'], parser: 'tap_tree' },
    meta: { base_commit: commits.docs, language: 'javascript', issue: null },
  });
  // Neither the name that the fix brings nor trailers.
  expect(found.statement).toBe(
    'sum([]) throws a TypeError instead of giving 0\n\nMake this change. The tests for it are held back; those that are there must go on passing.',
  );
  const { folder: cwd } = await seal(found.files, join(folder, 'home'));
  expect((await git(['rev-list', '--all', '--count'], { cwd })).trim()).toBe('1');
  await expect(git(['cat-file', '-e', commits.fix!], { cwd })).rejects.toThrow();
  const home = join(folder, 'home');
  expect(await grade(found, found.gold!, { home, id: 'oracle' })).toMatchObject({ resolved: true });
  expect(await grade(found, '', { home, id: 'nothing', runEmpty: true })).toMatchObject({ resolved: false });

  const records = readFileSync(swe, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, string>);
  const record = records.find(({ instance_id }) => instance_id === 'local__sums-12')!;
  expect(record).toMatchObject({
    repo: 'local/sums',
    base_commit: commits.docs,
    FAIL_TO_PASS: '["of nothing"]',
  });
  expect(record.patch).toContain('+const startFrom = 0;');
  expect(record.test_patch).toContain('of nothing');
});

test('goes on where it was stopped, and repeats nothing', { timeout: 300_000 }, async () => {
  const only = { rules: { ...DEFAULT_MINING.rules, maxLines: 3 }, runs: 1 };
  const controller = new AbortController();
  const first = mine(
    options('b.jsonl', {
      ...only,
      signal: controller.signal,
      onCommit: ({ outcome }) => {
        if (outcome === 'kept') controller.abort(new Error('stopped'));
      },
    }),
  );
  await first.catch(() => {});
  const out = join(folder, 'b.jsonl');
  const before = readFileSync(out, 'utf8');
  // Killed while it wrote: half a line in both files, and an instance that no line of the census knows of.
  const lines = readFileSync(`${out}.census.jsonl`, 'utf8').trimEnd().split('\n');
  truncateSync(`${out}.census.jsonl`, Buffer.byteLength(`${lines.slice(0, -1).join('\n')}\n`));
  appendFileSync(`${out}.census.jsonl`, '{"commit":"12');
  appendFileSync(out, '{"id":"loc');
  const census = await mine(options('b.jsonl', only));
  expect([...census.values()].reduce((sum, each) => sum + each, 0)).toBe(Object.keys(commits).length);
  const ids = readFileSync(out, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);
  expect(readFileSync(out, 'utf8').startsWith(before)).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(census.get('kept')).toBe(ids.length);

  const other = mine(options('b.jsonl', { ...only, runs: 2 }));
  await expect(other).rejects.toMatchObject({ code: 'mined-otherwise' });
});

test('refuses what is no history, and a parser that is none, before anything is run', async () => {
  const code = (run: Promise<unknown>) =>
    run.then(
      () => null,
      (error: unknown) => (error instanceof OperatorError ? error.code : error),
    );
  expect(await code(mine(options('c.jsonl', { repository: join(folder, 'gone') })))).toBe('not-a-repository');
  mkdirSync(join(folder, 'plain'));
  expect(await code(mine(options('c.jsonl', { repository: join(folder, 'plain') })))).toBe(
    'unreadable-history',
  );
  expect(await code(mine(options('c.jsonl', { test: { command: 'make check' } })))).toBe('unknown-runner');
  expect(await code(mine(options('c.jsonl', { test: { command: 'make check', parser: 'tapp' } })))).toBe(
    'no-such-parser',
  );
});
