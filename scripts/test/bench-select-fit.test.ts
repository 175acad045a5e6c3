import { describe, expect, it } from 'vitest';
import { randomOf } from '../../bench/repair/random.ts';
import { fitLogistic, predicted } from '../../bench/select/fit/logistic.ts';

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
