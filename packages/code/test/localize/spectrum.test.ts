import { describe, expect, test } from 'vitest';
import { countLines, dstar, ochiai, suspiciousPart } from '../../src/localize/spectrum.ts';

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
  const lines = (...numbers: number[]) =>
    new Map([['a.js', new Map(numbers.map((line) => [line, new Set<number>()]))]]);
  const { totals, lines: counts } = countLines([
    { failed: true, lines: lines(1, 2) },
    { failed: false, lines: lines(2, 3) },
    { failed: false, lines: new Map([['b.js', new Map([[1, new Set<number>()]])]]) },
  ]);
  expect(totals).toEqual({ failed: 1, passed: 2 });
  expect(counts).toEqual(
    new Map([
      [
        'a.js',
        new Map([
          [1, { failed: 1, passed: 0, parts: new Map() }],
          [2, { failed: 1, passed: 1, parts: new Map() }],
          [3, { failed: 0, passed: 1, parts: new Map() }],
        ]),
      ],
      ['b.js', new Map([[1, { failed: 0, passed: 1, parts: new Map() }]])],
    ]),
  );
});

test('the parts of a line that tests ran differently', () => {
  // Columns 9 and 13 are the arms of a choice.
  const ran = (...missed: number[]) => new Map([['a.js', new Map([[1, new Set(missed)]])]]);
  const { totals, lines } = countLines([
    { failed: true, lines: ran(9) },
    { failed: false, lines: ran(13) },
    { failed: false, lines: ran(13) },
    { failed: false, lines: ran() },
  ]);
  const line = lines.get('a.js')!.get(1)!;
  expect(line).toEqual({
    failed: 1,
    passed: 3,
    parts: new Map([
      [9, { failed: 0, passed: 3 }],
      [13, { failed: 1, passed: 1 }],
    ]),
  });
  const part = suspiciousPart(line, (spectrum) => ochiai(spectrum, totals));
  expect(part).toEqual({ from: 13, to: 13, spectrum: { failed: 1, passed: 1 } });
});

test('a line that all tests ran alike has no part of its own', () => {
  const whole = { failed: 1, passed: 3, parts: new Map() };
  expect(suspiciousPart(whole, (spectrum) => ochiai(spectrum, { failed: 1, passed: 3 }))).toBeNull();
});
