import { expect, test } from 'vitest';
import { tapTree } from '../../../src/harness/parsers/tap-tree.ts';

const read = (log: string) => Object.fromEntries(tapTree(log, { instance: '', version: '', exitCode: null }));

test('tape: assertions below the heading they are of, the second of one wording numbered', () => {
  const log = `TAP version 13
# parse
ok 1 should be equal
not ok 2 should be equal
  ---
    operator: equal
    at: <anonymous> (ok.js:1:1)
  ...
# tests of names
ok 3 should be equal
ok 4 later # SKIP

1..4
# tests 4
# pass  3
# fail  1
`;
  expect(read(log)).toEqual({
    'parse > should be equal': 'PASSED',
    'parse > should be equal #2': 'FAILED',
    'tests of names > should be equal': 'PASSED',
    'tests of names > later': 'SKIPPED',
  });
});

test('node:test: the path of subtests, without their times', () => {
  const log = `TAP version 13
# Subtest: outer
    # Subtest: inner
    ok 1 - inner
      ---
      duration_ms: 0.5
      ...
    # Subtest: to do
    not ok 2 - to do # TODO later
    1..2
ok 1 - outer
# Subtest: alone
not ok 2 - alone
1..2
# tests 3
# duration_ms 60.5
`;
  expect(read(log)).toEqual({
    'outer > inner': 'PASSED',
    'outer > to do': 'XFAIL',
    outer: 'PASSED',
    alone: 'FAILED',
  });
});

test('mocha and vitest: whole names, times cut off', () => {
  expect(
    read('ok 1 list is empty\nok 2 - a.test.js > list > grows # time=3.21ms\nnot ok 3 list holds\n'),
  ).toEqual({
    'list is empty': 'PASSED',
    'a.test.js > list > grows': 'PASSED',
    'list holds': 'FAILED',
  });
});
