import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TestReport } from '../../src/checks.ts';
import { readTestOutput } from '../../src/frameworks/frameworks.ts';
import { FIXTURES, folder, project } from '../helpers/folder.ts';
import { execIn, works } from '../helpers/run.ts';

const NODE_MODULES = join(import.meta.dirname, '../../../../node_modules');

async function run(dir: string, framework: string, command: string): Promise<TestReport> {
  const { output, exitCode } = await execIn(dir)(command);
  const report = readTestOutput(framework, output, exitCode, dir);
  expect(report, output).not.toBeNull();
  return report!;
}

const places = (report: TestReport) =>
  report.failing.map(({ name, frames }) => [name, ...frames.map((f) => `${f.path}:${f.line}`)].join(' | '));

describe('node:test', () => {
  const failing = [
    'test/broken.test.js | test/broken.test.js:1',
    'test/other.test.js > parses | test/other.test.js:1',
    'test/plain.test.js | test/plain.test.js:1',
    'test/price.test.js > total > adds up | test/price.test.js:10',
    'test/price.test.js > total > with > odd (names) [1] > refuses (12ms) | src/price.js:2 | src/price.js:6 | src/price.js:6 | test/price.test.js:14',
    'test/price.test.js > total > compares objects | test/price.test.js:18',
    'test/price.test.js > total > rejects | test/price.test.js:21',
    'test/price.test.js > total > times out',
    'test/price.test.js > parent > child | test/price.test.js:29 | test/price.test.js:29',
    'test/price.test.js > parent > child (2) | test/price.test.js:30 | test/price.test.js:30',
    'test/price.test.js > hooked > never',
    'test/price.test.js > hooked | test/price.test.js:34',
  ];

  test.each(['spec', 'tap'])('%s reporter', async (reporter) => {
    const dir = folder(project('node-test'));
    const report = await run(dir, 'node:test', `node --test --test-reporter=${reporter}`);
    expect(report.counts).toEqual({ passed: 1, failed: 12, skipped: 2 });
    expect(places(report)).toEqual(failing);
  });

  test('dot reporter, which prints no nesting and no files', async () => {
    const dir = folder(project('node-test'));
    const report = await run(dir, 'node:test', 'node --test --test-reporter=dot');
    const titles = failing.map((line) => line.split(' | ')[0]!.split(' > ').at(-1));
    expect(report.failing.map(({ name }) => name)).toEqual(titles);
    expect(report.failing.find(({ name }) => name === 'adds up')?.frames).toMatchObject([
      { path: 'test/price.test.js', line: 10 },
    ]);
  });

  test('a file that died says why', async () => {
    const dir = folder(project('node-test'));
    const report = await run(dir, 'node:test', 'node --test');
    const broken = report.failing.find(({ name }) => name === 'test/broken.test.js');
    expect(broken?.message).toContain("Cannot find module '../src/missing'");
    expect(broken?.message).not.toContain('1 == 2');
  });

  test('names hold no durations: two runs agree', async () => {
    const dir = folder(project('node-test'));
    const first = await run(dir, 'node:test', 'node --test');
    const second = await run(dir, 'node:test', 'node --test');
    expect(second.failing.map(({ name }) => name)).toEqual(first.failing.map(({ name }) => name));
  });

  test('a passing run', async () => {
    const dir = folder({ 'a.test.js': `require('node:test')('fine', () => {});` });
    expect(await run(dir, 'node:test', 'node --test')).toEqual({
      counts: { passed: 1, failed: 0, skipped: 0 },
      failing: [],
    });
  });
});

describe('vitest', () => {
  const failing = [
    'test/broken.test.ts | test/broken.test.ts:1',
    'test/price.test.ts > hooked | test/price.test.ts:31',
    'test/syntax.test.ts | test/syntax.test.ts:1',
    'test/price.test.ts > total > adds up | test/price.test.ts:9',
    'test/price.test.ts > total > with > odd (names) [1] > refuses (12 ms) | src/price.ts:2 | src/price.ts:7 | src/price.ts:7 | test/price.test.ts:13',
    'test/price.test.ts > total > with > odd (names) [1] > 1 is 2 | test/price.test.ts:16',
    'test/price.test.ts > total > compares objects | test/price.test.ts:20',
    'test/price.test.ts > total > rejects | test/price.test.ts:23',
    'test/price.test.ts > total > times out | test/price.test.ts:27',
  ];
  const vitestProject = () => {
    const dir = folder(project('vitest'));
    symlinkSync(NODE_MODULES, join(dir, 'node_modules'));
    return dir;
  };

  test.each(['default', 'verbose', 'dot'])('%s reporter', async (reporter) => {
    const report = await run(
      vitestProject(),
      'vitest',
      `node_modules/.bin/vitest run --reporter=${reporter}`,
    );
    expect(report.counts).toEqual({ passed: 3, failed: 6, skipped: 3 });
    expect(places(report)).toEqual(failing);
  });

  test('TAP', async () => {
    const report = await run(vitestProject(), 'vitest', 'node_modules/.bin/vitest run --reporter=tap');
    expect(report.failing.map(({ name }) => name).toSorted()).toEqual(
      failing.map((line) => line.split(' | ')[0]).toSorted(),
    );
  });
});

const python = works('python3 --version');

describe('unittest', () => {
  const files = { ...project('unittest') };

  test.skipIf(!python)('quiet and verbose (skipped without python3)', async () => {
    const dir = folder(files);
    const quiet = await run(dir, 'unittest', 'python3 -m unittest');
    expect(quiet.counts).toEqual({ passed: 1, failed: 7, skipped: 2 });
    expect(
      places(quiet).filter((line) => !line.startsWith('tests.test_price.TestTotal.test_unexpected')),
    ).toEqual([
      'tests.test_broken | tests/test_broken.py:1',
      'tests.test_price.Hooked.setUpClass | tests/test_price.py:43',
      'tests.test_price.TestTotal.test_refuses | price.py:3 | price.py:8 | tests/test_price.py:16',
      'tests.test_price.TestTotal.test_adds_up | tests/test_price.py:13',
      'tests.test_price.TestTotal.test_pairs | tests/test_price.py:21',
      'tests.test_price.TestTotal.test_prints | tests/test_price.py:37',
    ]);
    const verbose = await run(dir, 'unittest', 'python3 -m unittest -v');
    expect(verbose).toEqual(quiet);
  });

  test.skipIf(!python)('a test counts once, whatever fails of it (skipped without python3)', async () => {
    const rows = folder({
      'test_rows.py': readFileSync(join(FIXTURES, 'subtests/test_rows.py.txt'), 'utf8'),
    });
    const report = await run(rows, 'unittest', 'python3 -m unittest');
    expect(report.failing.map(({ name, message }) => [name, message.split('\n')[0]]).toSorted()).toEqual([
      ['test_rows.TestRows.test_both', 'failing subtests: (i=1)'],
      ['test_rows.TestRows.test_rows', 'failing subtests: [row] (i=1), [row] (i=3)'],
      ['test_rows.TestTornDown.tearDownClass', 'Traceback (most recent call last):'],
      ['test_rows.TestTornDown.test_two', 'Traceback (most recent call last):'],
    ]);
    expect(report.counts).toEqual({ passed: 1, failed: 4, skipped: 0 });
    const mended = await run(rows, 'unittest', 'GOOD=1 python3 -m unittest');
    expect(mended.counts).toEqual({ passed: 5, failed: 0, skipped: 0 });
  });

  test.skipIf(!python)('a passing run (skipped without python3)', async () => {
    const report = await run(
      folder(files),
      'unittest',
      'python3 -m unittest tests.test_price.TestTotal.test_parses',
    );
    expect(report).toEqual({ counts: { passed: 1, failed: 0, skipped: 0 }, failing: [] });
  });
});
