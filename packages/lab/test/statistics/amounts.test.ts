import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/sample.ts';
import { compareAmounts } from '../../src/statistics/amounts.ts';

const spent = (...rows: number[][]): Sample[] =>
  rows.map((scores, index) => ({ instance: `task-${index}`, cluster: `task-${index}`, scores }));

describe('cost, tokens and time', () => {
  const a = spent([1, 3], [2, 2], [4, 8], [1, 1]);
  const b = spent([2, 2], [5, 3], [8, 8], [2, 4]);

  it('totals, medians, the ratio of sums, and what a solved attempt costs', () => {
    const solved = { a: spent([1, 0], [0, 1], [0, 0], [1, 1]), b: spent([0, 0], [0, 0], [0, 0], [0, 0]) };
    const comparison = compareAmounts(a, b, { solved });
    expect(comparison.a).toEqual({ total: 22, attempts: 8, median: 2, mean: 2.75, perSolved: 5.5 });
    expect(comparison.b).toMatchObject({ total: 34, median: 3.5, mean: 4.25, perSolved: null });
    expect(comparison.ratio.value).toBeCloseTo(22 / 34, 9);
    expect(comparison.ratio.low).toBeLessThan(22 / 34);
    expect(comparison.ratio.high).toBeGreaterThan(22 / 34);
    expect(comparison.bootstrap.value).toBeCloseTo(22 / 34, 9);
    expect(comparison.bootstrap.method).toContain('bootstrap over 4 tasks');
  });

  it('is by task: another number of attempts does not change what an attempt costs', () => {
    const thrice = b.map((sample) => ({
      ...sample,
      scores: [...sample.scores, ...sample.scores, ...sample.scores],
    }));
    expect(compareAmounts(a, thrice).ratio).toEqual(compareAmounts(a, b).ratio);
    expect(compareAmounts(a, thrice).b.total).toBe(3 * 34);
  });

  it('tasks that only one has attempted count for neither', () => {
    const { tasks, a: mine } = compareAmounts(a, b.slice(0, 2));
    expect([tasks, mine.total]).toEqual([2, 8]);
    expect(() => compareAmounts(a, [])).toThrow(/no task in common/);
  });

  it('has no upper bound where the lower sum cannot be told from nothing', () => {
    const { ratio } = compareAmounts(a, spent([0, 0], [0, 0], [30, 30], [0, 0]));
    expect(ratio).toMatchObject({ low: 0, high: Number.POSITIVE_INFINITY });
    expect(compareAmounts(a.slice(0, 1), b).ratio.high).toBe(Number.POSITIVE_INFINITY);
  });

  it('in another unit it is the same; the other way round it is the inverse', () => {
    const amount = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { minLength: 4, maxLength: 20 }), (pairs) => {
        const [mine, yours] = [spent(...pairs.map(([x]) => [x])), spent(...pairs.map(([, y]) => [y]))];
        const cents = (samples: Sample[]) => spent(...samples.map(({ scores }) => [scores[0]! * 100]));
        const { ratio } = compareAmounts(mine, yours);
        const inCents = compareAmounts(cents(mine), cents(yours)).ratio;
        expect(inCents.low).toBeCloseTo(ratio.low, 6);
        const inverse = compareAmounts(yours, mine).ratio;
        if (ratio.low > 0 && Number.isFinite(ratio.high) && inverse.low > 0) {
          expect(inverse.low * ratio.high).toBeCloseTo(1, 6);
          expect(inverse.high * ratio.low).toBeCloseTo(1, 6);
        }
      }),
      { numRuns: 15 },
    );
  });
});
