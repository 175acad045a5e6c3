import { expect, test } from 'vitest';
import { groupsOf, isResolved } from '../../src/harness/judge.ts';
import { namesAsPublished } from '../../src/harness/local-names.ts';
import type { TestStatus } from '../../src/harness/parsers/parser.ts';
import { parserNamed } from '../../src/harness/parsers/registry.ts';
import { reportOf, summaryOf } from '../../src/harness/reports.ts';
import { markedLog, readLog } from '../../src/harness/test-log.ts';
import type { Verdict } from '../../src/verdict.ts';

const found = new Map<string, TestStatus>([
  ['ok', 'PASSED'],
  ['x', 'XFAIL'],
  ['skip', 'SKIPPED'],
  ['bad', 'FAILED'],
  ['cut[a b]', 'PASSED'],
  ['cut[a c]', 'XFAIL'],
  ['split[a b]', 'PASSED'],
  ['split[a c]', 'FAILED'],
]);

test('who must pass and who must go on passing', () => {
  const names = ['ok', 'x', 'skip', 'bad', 'missing', 'cut[a', 'split[a'];
  const groups = groupsOf(found, { failToPass: names, passToPass: names });
  expect(groups.FAIL_TO_PASS).toEqual({
    success: ['ok', 'x', 'cut[a'],
    failure: ['skip', 'bad', 'missing', 'split[a'],
  });
  expect(groups.PASS_TO_PASS.failure).toEqual(['bad', 'missing', 'split[a']);
  expect(isResolved(groups)).toBe(false);
  expect(isResolved(groupsOf(found, { failToPass: ['ok'], passToPass: ['skip'] }))).toBe(true);
});

test('where runners name only failures, silence is success', () => {
  const groups = groupsOf(found, { failToPass: ['missing'], passToPass: ['bad'], evalType: 'fail_only' });
  expect(groups.FAIL_TO_PASS.success).toEqual(['missing']);
  expect(groups.PASS_TO_PASS.failure).toEqual(['bad']);
});

const context = { instance: 'a__b-1', version: '' };
const logOf = (output: string, exitCode: number | null) =>
  markedLog({ before: 'PASSED outside', output, exitCode });

test('a log is read between its marks, and not where it cannot be trusted', () => {
  const pytest = parserNamed('pytest');
  expect(readLog(logOf('PASSED a\r\nFAILED b', 1), pytest, context)).toEqual({
    tests: new Map([
      ['a', 'PASSED'],
      ['b', 'FAILED'],
    ]),
  });
  expect(readLog(logOf('PASSED a', 1), pytest, context)).toEqual({ tests: null, why: 'exit-code-disagrees' });
  expect(readLog(markedLog({ before: '', output: 'nothing', exitCode: 1 }), pytest, context)).toEqual({
    tests: null,
    why: 'never-ran',
  });
  expect(readLog('PASSED a', pytest, context)).toEqual({ tests: null, why: 'no-markers' });
  const silent = markedLog({ before: '', output: '12 passing', exitCode: 0 });
  expect(readLog(silent, parserNamed('marked'), context)).toEqual({ tests: new Map() });
});

test('unittest’s names are put as the record has them', () => {
  const log = [
    'test_a (m.C.test_a) ... ok',
    'test_b (m.C)',
    'Says b. ... FAIL',
    'test_c (m.C)',
    'Says c. ... ok',
    'test_d (m.C) ... ok',
    'other',
  ].join('\n');
  const expected = new Set(['test_a (m.C)', 'test_b (m.C)', 'Says c.', 'test_d (m.C.test_d)']);
  expect(namesAsPublished(log, expected).split('\n')).toEqual([
    'test_a (m.C) ... ok',
    'test_b (m.C) ... FAIL',
    'test_c (m.C)',
    'Says c. ... ok',
    'test_d (m.C.test_d) ... ok',
    'other',
  ]);
});

const verdict = (rest: Partial<Verdict>): Verdict => ({
  resolved: false,
  reward: 0,
  patch: 'applied',
  tests: groupsOf(found, { failToPass: ['ok'], passToPass: [] }),
  infra: null,
  output: logOf('PASSED ok', 0),
  seconds: 1,
  ...rest,
});
const prediction = (id: string, patch: string | null = 'diff') => ({
  instance_id: id,
  model_name_or_path: 'm/x',
  model_patch: patch,
});

test('a report has the harness’s fields, and none is left where it leaves none', () => {
  expect(reportOf(prediction('a'), verdict({ resolved: true }))).toEqual({
    patch_is_None: false,
    patch_exists: true,
    patch_successfully_applied: true,
    resolved: true,
    infra_failure: false,
    tests_status: {
      FAIL_TO_PASS: { success: ['ok'], failure: [] },
      PASS_TO_PASS: { success: [], failure: [] },
      FAIL_TO_FAIL: { success: [], failure: [] },
      PASS_TO_FAIL: { success: [], failure: [] },
    },
  });
  const killed = verdict({ tests: null, output: logOf('Cannot allocate memory', 1) });
  expect(reportOf(prediction('a'), killed)).toMatchObject({
    patch_successfully_applied: false,
    infra_failure: true,
    infra_failure_reason: 'out_of_memory',
  });
  expect(reportOf(prediction('a'), verdict({ patch: 'not-applicable' }))).toBeNull();
  const slow = verdict({ output: `${logOf('', null)}\n\nTimeout error: 9 seconds exceeded.` });
  expect(reportOf(prediction('a'), slow)).toBeNull();
});

test('a summary counts as schema version 2 does', () => {
  const outcome = (id: string, graded: Verdict | null, patch: string | null = 'diff') => ({
    prediction: prediction(id, patch),
    report: graded && reportOf(prediction(id, patch), graded),
    log: graded?.output ?? '',
  });
  const slow = verdict({ tests: null, output: `${logOf('', null)}\n\nTimeout error: 9 seconds exceeded.` });
  const summary = summaryOf(
    ['e', 'd', 'c', 'b', 'a'],
    [
      outcome('a', verdict({ resolved: true })),
      outcome('b', verdict({})),
      outcome('c', slow),
      outcome('d', null, ''),
    ],
  );
  expect(summary).toEqual({
    total_instances: 5,
    submitted_instances: 4,
    completed_instances: 2,
    resolved_instances: 1,
    unresolved_instances: 1,
    infra_failure_instances: 0,
    ambiguous_failure_instances: 1,
    empty_patch_instances: 1,
    error_instances: 1,
    completed_ids: ['a', 'b'],
    incomplete_ids: ['e'],
    empty_patch_ids: ['d'],
    submitted_ids: ['a', 'b', 'c', 'd'],
    resolved_ids: ['a'],
    unresolved_ids: ['b'],
    infra_failure_ids: [],
    ambiguous_failure_ids: ['c'],
    failure_reasons: { c: 'tests_timed_out' },
    error_ids: ['c'],
    schema_version: 2,
  });
});
