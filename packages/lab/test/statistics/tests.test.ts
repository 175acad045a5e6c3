import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, holm } from '../../src/statistics/corrections.ts';
import { differencesOf } from '../../src/statistics/tasks.ts';
import { mcnemar, signFlip, studentTest } from '../../src/statistics/tests.ts';
import { A, B } from './versions.ts';

describe('tests', () => {
  it.each([
    [10, 0, 0.001953, 0.000977],
    [55, 45, 0.368202, 0.319727],
    [15, 5, 0.041389, 0.026604],
    [5, 0, 0.0625, 0.03125],
    [6, 0, 0.03125, 0.015625],
    [12, 4, 0.076813, 0.049042],
    [20, 10, 0.098737, 0.070756],
  ])('McNemar: %d against %d', (b, c, exact, mid) => {
    expect(mcnemar(b, c).p).toBeCloseTo(exact, 6);
    expect(mcnemar(b, c).midP).toBeCloseTo(mid, 6);
    expect(mcnemar(c, b)).toMatchObject({ p: mcnemar(b, c).p, midP: mcnemar(b, c).midP });
  });

  it('McNemar: as many each way, and none', () => {
    expect(mcnemar(3, 3).p).toBe(1);
    expect(mcnemar(3, 3).midP).toBeCloseTo(1 - 20 / 64, 9);
    expect(mcnemar(0, 0)).toMatchObject({ p: 1, midP: 1 });
  });

  it('McNemar: thousands of tasks', () => {
    const { p, midP } = mcnemar(5_000, 4_700);
    expect(p).toBeGreaterThan(0.002);
    expect(p).toBeLessThan(0.0025);
    expect(midP).toBeLessThan(p);
  });

  it('sign flips: two versions at six tasks, half of all 64 ways are as far', () => {
    expect(signFlip(differencesOf({ a: A, b: B }), 'test')).toEqual({
      p: 0.5,
      method: 'exact sign flips of 5 tasks',
    });
  });

  it('sign flips: one yes or no a task is McNemar’s exact test', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(60), (b, c) => {
        const differences = [...Array<number>(b).fill(1), ...Array<number>(c).fill(-1), 0];
        expect(signFlip(differences, 'test').p).toBeCloseTo(mcnemar(b, c).p, 9);
      }),
      { numRuns: 60 },
    );
  });

  it('sign flips: going through all signs by sums is going through them one by one', () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(values, (differences) => {
        const own = differences.filter((difference) => Math.abs(difference) > 1e-9);
        const total = Math.abs(own.reduce((sum, each) => sum + each, 0));
        let far = 0;
        for (let signs = 0; signs < 2 ** own.length; signs++) {
          const sum = own.reduce((at, each, index) => at + ((signs >> index) & 1 ? each : -each), 0);
          if (Math.abs(sum) >= total - 1e-9) far += 1;
        }
        expect(signFlip(differences, 'test').p).toBeCloseTo(far / 2 ** own.length, 9);
      }),
      { numRuns: 60 },
    );
  });

  it('sign flips: drawn where sums are too many, and close to what is exact', () => {
    const differences = Array.from({ length: 40 }, (_, index) => Math.sin(index * 7.3) + 0.2);
    const { p, method } = signFlip(differences, 'test');
    expect(method).toBe('20,000 draws of signs of 40 tasks, seed "test"');
    expect(signFlip(differences, 'test').p).toBe(p);
    const mean = differences.reduce((sum, each) => sum + each, 0) / 40;
    const squares = differences.reduce((sum, each) => sum + each * each, 0);
    // Signs of 40 sum to near a normal distribution.
    expect(p).toBeCloseTo(studentTest(40 * mean, Math.sqrt(squares), 1e6).p, 1);
  });

  it("Student's, and where nothing scatters", () => {
    expect(studentTest(1 / 6, 1 / 6, 5).p).toBeCloseTo(0.363217, 6);
    expect(studentTest(0, 0, 5).p).toBe(1);
    expect(studentTest(1, 0, 5).p).toBe(0);
    expect(studentTest(1, Number.NaN, 0).p).toBe(1);
  });
});

describe('many comparisons', () => {
  it('Holm; Benjamini and Hochberg', () => {
    const close = (values: number[]) => values.map((value) => Number(value.toFixed(9)));
    expect(close(holm([0.01, 0.04, 0.03]))).toEqual([0.03, 0.06, 0.06]);
    expect(close(benjaminiHochberg([0.01, 0.04, 0.03]))).toEqual([0.03, 0.04, 0.04]);
    expect(holm([])).toEqual([]);
  });

  it('never below the p itself nor above 1; Holm is the more cautious; order is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (ps) => {
        const [first, second] = [holm(ps), benjaminiHochberg(ps)];
        ps.forEach((p, index) => {
          expect(second[index]).toBeGreaterThanOrEqual(p - 1e-12);
          expect(first[index]).toBeGreaterThanOrEqual(second[index]! - 1e-12);
          expect(first[index]).toBeLessThanOrEqual(1);
          ps.forEach((other, at) => {
            if (p < other) {
              expect(first[index]).toBeLessThanOrEqual(first[at]!);
              expect(second[index]).toBeLessThanOrEqual(second[at]!);
            }
          });
        });
      }),
      { numRuns: 60 },
    );
  });
});
