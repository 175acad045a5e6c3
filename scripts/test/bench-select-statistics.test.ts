import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomOf } from '../../bench/repair/random.ts';
import { brier, calibrationError, reliability } from '../../bench/select/calibration.ts';
import { fitLogistic, predicted } from '../../bench/select/fit/logistic.ts';
import {
  differenceOf,
  mcnemar,
  mean,
  meanOf,
  passAt,
  signFlip,
  standardError,
  wilson,
} from '../../bench/select/statistics.ts';
import { factor, twoSided } from '../../bench/select/student.ts';

/** Two versions' tries at six tasks, and their differences by task: worked out by hand. */
const A = ['1111', '1110', '0001', '0000', '1101', '1011'];
const B = ['1111', '0001', '0000', '0100', '0000', '1111'];
const byTask = (rows: string[]) => rows.map((row) => mean([...row].map(Number)));
const DIFFERENCES = byTask(A).map((value, task) => value - byTask(B)[task]!);

describe('intervals and tests', () => {
  it.each([
    [17, 20, 0.6396, 0.9476],
    [5, 5, 0.5655, 1],
    [27, 49, 0.4132, 0.6815],
    [0, 34, 0, 0.1015],
    [8, 10, 0.4902, 0.9433],
    [0, 0, 0, 1],
    [394, 500, 0.75, 0.8216],
  ])('Wilson: %d of %d', (k, n, low, high) => {
    const [from, to] = wilson(k, n);
    expect(from).toBeCloseTo(low, 4);
    expect(to).toBeCloseTo(high, 4);
  });

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
    expect(mcnemar(b, c).mid).toBeCloseTo(mid, 6);
    expect(mcnemar(c, b)).toEqual(mcnemar(b, c));
  });

  it.each([
    [10, 3, 1, 0.3],
    [10, 3, 5, 0.916667],
    [5, 2, 2, 0.7],
    [200, 37, 10, 0.877375],
    [8, 0, 3, 0],
    [4, 4, 2, 1],
  ])('pass@k: %d attempts, %d right, k = %3$d', (n, c, k, expected) => {
    expect(passAt(n, c, k)).toBeCloseTo(expected, 6);
  });

  it.each([
    [2, 4.3],
    [24, 2.06],
    [39, 2.02],
  ])("Student's factor for %d degrees of freedom", (df, expected) => {
    expect(factor(df)).toBeCloseTo(expected, 2);
    expect(twoSided(factor(df), df)).toBeCloseTo(0.05, 9);
  });

  it('paired: mean, standard error, t and signs', () => {
    expect(mean(byTask(A))).toBeCloseTo(0.583333, 6);
    expect(mean(DIFFERENCES)).toBeCloseTo(1 / 6, 6);
    expect(standardError(DIFFERENCES)).toBeCloseTo(0.166667, 6);
    expect(twoSided(1, 5)).toBeCloseTo(0.363217, 6);
    expect(signFlip(DIFFERENCES, randomOf('signs'))).toBe(0.5);
  });

  it("is Student's for many cases and the bootstrap's for few, which come to much the same", () => {
    const values = Array.from({ length: 100 }, (_, index) => Number(index % 4 === 0));
    const many = meanOf(values, randomOf('many'));
    expect(many.high - many.value).toBeCloseTo(factor(99) * standardError(values), 9);
    const few = meanOf(values.slice(0, 96), randomOf('few'));
    expect(few.low).toBeCloseTo(many.low, 1);
    expect(few.high).toBeCloseTo(many.high, 1);
  });

  it('is not certain of a difference of 0 because no case differed', () => {
    const none = differenceOf(Array(34).fill(0), randomOf('none'));
    expect(none.value).toBe(0);
    expect(none.high).toBeCloseTo(0.1015, 4);
    expect(none.low).toBe(-none.high);
    const one = [1, ...Array(33).fill(0)];
    expect(differenceOf(one, randomOf('one'))).toEqual(meanOf(one, randomOf('one')));
  });

  it('a mean lies in its own interval, which shifts with the values', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 2, maxLength: 40 }), (values) => {
        const here = meanOf(values, randomOf('a'));
        expect(here.low).toBeLessThanOrEqual(here.value + 1e-9);
        expect(here.high).toBeGreaterThanOrEqual(here.value - 1e-9);
        const there = meanOf(
          values.map((value) => value + 1),
          randomOf('a'),
        );
        expect(there.low).toBeCloseTo(here.low + 1, 9);
      }),
      { numRuns: 10 },
    );
  });
});

describe('calibration', () => {
  const said = (probability: number, ...right: boolean[]) =>
    right.map((each) => ({ probability, right: each }));

  it('is perfect where as many are right as was stated', () => {
    const statements = [...said(0.75, true, true, true, false), ...said(0.25, false, false, false, true)];
    expect(calibrationError(statements)).toBeCloseTo(0, 9);
    expect(brier(statements)).toBeCloseTo(0.1875, 9);
  });

  it('weighs bins by what is in them', () => {
    const statements = [...said(0.9, true, false, false, false), ...said(0.1, false)];
    expect(reliability(statements)).toMatchObject([
      { from: 0, to: 0.2, count: 1, stated: 0.1, right: 0 },
      { from: 0.8, to: 1, count: 4, right: 1 },
    ]);
    expect(calibrationError(statements)).toBeCloseTo(0.8 * 0.65 + 0.2 * 0.1, 9);
  });

  it('certainty is in the last bin', () => {
    expect(reliability(said(1, true))).toEqual([{ from: 0.8, to: 1, count: 1, stated: 1, right: 1 }]);
  });
});

describe('logistic fit', () => {
  it('finds the weights by which samples were drawn', () => {
    const random = randomOf('logistic');
    const truth = [-0.5, 2];
    const samples = Array.from({ length: 2_000 }, () => {
      const features = [1, random.next() * 2 - 1];
      return { features, right: random.next() < predicted(truth, features), weight: 1 };
    });
    const [intercept, slope] = fitLogistic(samples);
    expect(intercept).toBeCloseTo(-0.5, 0);
    // The ridge pulls it in.
    expect(slope).toBeGreaterThan(1.2);
    expect(slope).toBeLessThan(2.3);
  });
});
