import { expect, test } from 'vitest';
import type { LinesByPath, ProbedRun, RunTrace, TestTrace } from '../../src/localize/probe.ts';
import { verdictsOf } from '../../src/localize/verdicts.ts';

const lines = (text: string): LinesByPath =>
  new Map(
    text
      .split(' ')
      .filter(Boolean)
      .map((place) => {
        const [path = '', numbers = ''] = place.split(':');
        return [path, new Map(numbers.split(',').map((line) => [Number(line), new Set<number>()]))];
      }),
  );
const aTest = (key: string, outcome: TestTrace['outcome'], ran: string, held: string[] = []): TestTrace => ({
  key,
  name: key,
  outcome,
  lines: lines(ran),
  held: held.map(lines),
});
const aProcess = (part: Partial<RunTrace> & { outside?: string; tests?: TestTrace[] }): RunTrace => ({
  within: null,
  exitCode: 0,
  stopped: null,
  segments: [{ tests: part.tests ?? [], outside: lines(part.outside ?? '') }],
  ...part,
});
const verdicts = (processes: RunTrace[], part: Partial<ProbedRun> = {}) =>
  verdictsOf({ passed: false, output: '', processes, ...part }).map(
    ({ failed, lines: ran }) =>
      `${failed ? 'failed' : 'passed'} ${[...ran].map(([path, numbers]) => `${path}:${[...numbers.keys()]}`).join(' ')}`,
  );

test('what is loaded for a test counts as run by it; tests of unknown outcome are left out', () => {
  const tests = [
    aTest('1', 'passed', 'a.js:2'),
    aTest('2', 'hung', 'a.js:3'),
    aTest('3', 'unknown', 'a.js:4'),
  ];
  expect(verdicts([aProcess({ outside: 'a.js:1 b.js:1', tests })])).toEqual([
    'passed a.js:2,1 b.js:1',
    'failed a.js:3,1 b.js:1',
  ]);
});

test('an assertion of a failing test that held counts as a passing test', () => {
  const tests = [aTest('1', 'failed', 'a.js:2,3', ['a.js:2'])];
  expect(verdicts([aProcess({ outside: 'a.js:1', tests })])).toEqual([
    'failed a.js:2,3,1',
    'passed a.js:2,1',
  ]);
});

test('what a process that a test started ran counts as run by the test', () => {
  const tests = [aTest('1', 'failed', 'test/a.js:2'), aTest('2', 'passed', 'test/a.js:3')];
  expect(
    verdicts([
      aProcess({ tests }),
      aProcess({ within: '1', outside: 'cli.js:1', exitCode: 1 }),
      aProcess({ within: '1', outside: 'other.js:1', tests: [aTest('x', 'passed', 'other.js:2')] }),
    ]),
  ).toEqual(['failed test/a.js:2 cli.js:1 other.js:1,2', 'passed test/a.js:3']);
});

test('runners and their configuration do not count, a test file that died does', () => {
  expect(
    verdicts([
      aProcess({ outside: 'vitest.config.js:1', exitCode: 1 }),
      aProcess({ outside: 'test/dead.test.js:1 a.js:1', exitCode: 1 }),
      aProcess({ tests: [aTest('1', 'passed', 'b.js:1')] }),
    ]),
  ).toEqual(['passed b.js:1', 'failed test/dead.test.js:1 a.js:1']);
});

test('without anything like a test each process counts as one', () => {
  const processes = [aProcess({ outside: 'a.js:1', exitCode: 3 }), aProcess({ outside: 'b.js:1' })];
  expect(verdicts(processes)).toEqual(['failed a.js:1', 'passed b.js:1']);
  expect(verdicts([aProcess({ outside: 'a.py:1', exitCode: null })])).toEqual(['failed a.py:1']);
  expect(verdicts([aProcess({ outside: 'a.py:1', exitCode: null })], { passed: true })).toEqual([
    'passed a.py:1',
  ]);
});

test('segments share nothing', () => {
  const process = {
    ...aProcess({}),
    segments: [
      { tests: [aTest('1', 'passed', 'a.js:2')], outside: lines('a.js:1') },
      { tests: [aTest('2', 'failed', 'b.js:2')], outside: lines('b.js:1') },
    ],
  };
  expect(verdicts([process])).toEqual(['passed a.js:2,1', 'failed b.js:2,1']);
});
