import { eventSchema } from '@heddle/core';
import { expect, test } from 'vitest';
import { said } from '../../src/select/tie.ts';

const DIGEST = '0'.repeat(64);
const CELL = {
  type: 'evidence.measured',
  path: 'bestOf',
  test: 't',
  by: null,
  counts: null,
  failing: [],
  seconds: 1,
  snapshot: 's',
  exitCode: 0,
  run: 1,
  output: DIGEST,
};
const cell = (about: number, more: object) => {
  const event = eventSchema.parse({ ...CELL, about, outcome: 'passed', ...more });
  if (event.type !== 'evidence.measured') throw new Error(event.type);
  return event;
};

test('who compares two is told whether they behave the same, not that their calls went through', () => {
  const first = cell(1, { kind: 'behaviour', behaviour: 'a b c' });
  const second = cell(2, { kind: 'behaviour', behaviour: 'a x c' });
  expect(said(first, second)).toBe('the same as the other on 2 of 3 calls');
  expect(said(second, first)).toBe('the same as the other on 2 of 3 calls');
  expect(said(cell(1, { kind: 'check', counts: { passed: 2, failed: 0, skipped: 0 } }), second)).toBe(
    'passed (2 passed, 0 failed)',
  );
  expect(said(undefined, second)).toBe('not run');
});
