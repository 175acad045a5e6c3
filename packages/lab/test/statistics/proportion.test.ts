import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../src/statistics/proportion.ts';

describe('intervals of a share', () => {
  it.each([
    [17, 20, 0.6396, 0.9476],
    [5, 5, 0.5655, 1],
    [27, 49, 0.4132, 0.6815],
    [0, 34, 0, 0.1015],
    [394, 500, 0.75, 0.8216],
    [8, 10, 0.4902, 0.9433],
    [0, 0, 0, 1],
  ])('Wilson: %d of %d', (k, n, low, high) => {
    const [from, to] = wilson(k, n);
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  });

  it('Wilson’s holds the share, lies in 0..1, mirrors, and shrinks with more of the same', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, share) => {
          const k = Math.round(share * n);
          const [low, high] = wilson(k, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low).toBeLessThanOrEqual((k + 1) / (n + 2));
          expect(high).toBeGreaterThanOrEqual((k + 1) / (n + 2));
          const [mirroredLow, mirroredHigh] = wilson(n - k, n);
          expect(mirroredLow).toBeCloseTo(1 - high, 7);
          expect(mirroredHigh).toBeCloseTo(1 - low, 7);
          const [fromMore, toMore] = wilson(4 * k, 4 * n);
          expect(toMore - fromMore).toBeLessThan(high - low);
        },
      ),
      { numRuns: 100 },
    );
  });
});
