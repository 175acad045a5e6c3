import { expect, test } from 'vitest';
import { shortfallOf } from '../../src/experiment/outcome.ts';

test.each([
  [true, 'solved', 'applied', null],
  [null, 'failed', 'empty', null],
  [false, 'limit', 'empty', 'limit'],
  [false, 'gave-up', 'empty', 'nothing'],
  [false, 'solved', 'not-applicable', 'refused'],
  [false, 'solved', 'applied', 'fooled'],
  [false, 'unverified', 'applied', 'wrong'],
] as const)('resolved %s, %s, patch %s: %s', (resolved, status, patch, shortfall) => {
  expect(shortfallOf({ resolved, status, patch })).toBe(shortfall);
});
