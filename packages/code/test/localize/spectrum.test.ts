import { describe, expect, test } from 'vitest';
import { countLines, dstar, ochiai } from '../../src/localize/spectrum.ts';

describe('ochiai, computed by hand', () => {
  test.each([
    // failed, passed, all failed, all passed, score
    [1, 0, 1, 4, 1], // 1 / sqrt(1 * 1)
    [1, 1, 1, 4, Math.SQRT1_2], // 1 / sqrt(1 * 2)
    [1, 3, 1, 3, 0.5], // 1 / sqrt(1 * 4)
    [2, 2, 4, 9, 0.5], // 2 / sqrt(4 * 4)
    [3, 0, 4, 9, 3 / Math.sqrt(12)],
    [0, 5, 1, 5, 0],
    [0, 0, 1, 5, 0],
    [0, 0, 0, 0, 0],
  ])('%d failing and %d passing of %d and %d', (failed, passed, allFailed, allPassed, score) => {
    expect(ochiai({ failed, passed }, { failed: allFailed, passed: allPassed })).toBeCloseTo(score, 12);
  });
});

describe('dstar, computed by hand', () => {
  test.each([
    // failed, passed, all failed, all passed, score
    [1, 0, 1, 4, 1], // 1 / 0
    [1, 1, 1, 4, 1 / 2], // 1 / 1
    [2, 2, 4, 9, 1 / 2], // 4 / (2 + 2)
    [3, 0, 4, 9, 9 / 10], // 9 / 1
    [0, 5, 1, 5, 0],
    [0, 0, 0, 0, 0],
  ])('%d failing and %d passing of %d and %d', (failed, passed, allFailed, allPassed, score) => {
    expect(dstar({ failed, passed }, { failed: allFailed, passed: allPassed })).toBeCloseTo(score, 12);
  });
});

test('countLines', () => {
  const lines = (...numbers: number[]) => new Map([['a.js', new Set(numbers)]]);
  const { totals, lines: counts } = countLines([
    { failed: true, lines: lines(1, 2) },
    { failed: false, lines: lines(2, 3) },
    { failed: false, lines: new Map([['b.js', new Set([1])]]) },
  ]);
  expect(totals).toEqual({ failed: 1, passed: 2 });
  expect(counts).toEqual(
    new Map([
      [
        'a.js',
        new Map([
          [1, { failed: 1, passed: 0 }],
          [2, { failed: 1, passed: 1 }],
          [3, { failed: 0, passed: 1 }],
        ]),
      ],
      ['b.js', new Map([[1, { failed: 0, passed: 1 }]])],
    ]),
  );
});
