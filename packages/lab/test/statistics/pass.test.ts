import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSamples } from '../../src/statistics/describe.ts';
import { passAll, passAt } from '../../src/statistics/pass.ts';
import { tried } from './versions.ts';

describe('pass@k and pass^k', () => {
  it.each([
    [10, 3, 1, 0.3],
    [10, 3, 5, 0.916667],
    [5, 2, 2, 0.7],
    [200, 37, 10, 0.877375],
    [8, 0, 3, 0],
    [4, 4, 2, 1],
  ])('pass@k: %d attempts, %d right, k = %d', (n, c, k, expected) => {
    expect(passAt(n, c, k)).toBeCloseTo(expected, 6);
  });

  it('pass^k: both of two drawn from five, two right', () => {
    expect(passAll(5, 2, 2)).toBeCloseTo(0.1, 9);
  });

  it('over tasks, with n, k and intervals', () => {
    const samples = tried('1111', '0111', '0001', '0000', '1110', '1101');
    const { passed } = describeSamples(samples);
    expect(passed!.map(({ k, n, tasks }) => [k, ...n, tasks])).toEqual([
      [1, 4, 4, 6],
      [2, 4, 4, 6],
      [4, 4, 4, 6],
    ]);
    const [one, two, four] = passed!;
    expect(one!.any.value).toBeCloseTo(0.583333, 6);
    expect(two!.any.value).toBeCloseTo(0.75, 6);
    expect(four!.any.value).toBeCloseTo(0.833333, 6);
    expect(two!.all.value).toBeCloseTo(0.416667, 6);
    expect(four!.all.value).toBeCloseTo(0.166667, 6);
    for (const { any, all } of passed!) {
      for (const { low, value, high } of [any, all]) {
        expect(low).toBeLessThan(value);
        expect(high).toBeGreaterThan(value);
      }
    }
    // The spread of the tasks' own values.
    expect(two!.anySe).toBeCloseTo(Math.sqrt((4 * 0.25 ** 2 + 0.25 ** 2 + 0.75 ** 2) / 5 / 6), 9);
  });

  it('only tasks with k attempts count', () => {
    const [rate] = describeSamples(tried('111', '0', '10'), { ks: [2] }).passed!;
    expect(rate).toMatchObject({ k: 2, n: [2, 3], tasks: 2 });
    expect(rate!.any.value).toBe(1);
    expect(rate!.all.value).toBe(0.5);
    expect(describeSamples(tried('111'), { ks: [4] }).passed).toEqual([]);
  });

  it('are what drawing k of n without putting back gives', () => {
    const cases = fc
      .tuple(fc.integer({ min: 1, max: 7 }), fc.nat(7), fc.integer({ min: 1, max: 7 }))
      .filter(([n, c, k]) => c <= n && k <= n);
    fc.assert(
      fc.property(cases, ([n, c, k]) => {
        let [any, all, draws] = [0, 0, 0];
        for (let drawn = 0; drawn < 2 ** n; drawn++) {
          const members = Array.from({ length: n }, (_, index) => index).filter(
            (index) => (drawn >> index) & 1,
          );
          if (members.length !== k) continue;
          draws += 1;
          if (members.some((index) => index < c)) any += 1;
          if (members.every((index) => index < c)) all += 1;
        }
        expect(passAt(n, c, k)).toBeCloseTo(any / draws, 9);
        expect(passAll(n, c, k)).toBeCloseTo(all / draws, 9);
      }),
      { numRuns: 100 },
    );
  });
});
