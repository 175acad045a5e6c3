import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mean, variance0 } from '../../src/statistics/moments.ts';
import { meansOf, noiseOf, pairedNoise, withinTasks } from '../../src/statistics/noise.ts';
import { A, B, tried } from './versions.ts';

const se = (part: number | null) => Math.sqrt(part! / 6);

describe('noise, taken apart', () => {
  it('of one version', () => {
    const [a, b] = [noiseOf(A), noiseOf(B)];
    expect(a.total).toBeCloseTo(0.243056, 6);
    expect(a.data).toBeCloseTo(0.076389, 6);
    expect(a.prediction).toBeCloseTo(0.166667, 6);
    expect(b.total).toBeCloseTo(0.243056, 6);
    expect(b.data).toBeCloseTo(0.159722, 6);
    expect(b.prediction).toBeCloseTo(0.083333, 6);
    // As if measured on different tasks, one attempt each.
    expect(Math.sqrt((a.total + b.total) / 6)).toBeCloseTo(0.284638, 6);
  });

  it('of a difference', () => {
    const noise = pairedNoise(A, B);
    expect(noise.total).toBeCloseTo(0.326389, 6);
    expect(noise.data).toBeCloseTo(0.076389, 6);
    expect(noise.prediction).toBeCloseTo(0.25, 6);
    expect(withinTasks(A)[1] + withinTasks(B)[1]).toBeCloseTo(0.0625, 6);
    expect(se(noise.total)).toBeCloseTo(0.233234, 6);
    expect(se(noise.data)).toBeCloseTo(0.112834, 6);
    expect(se(noise.prediction)).toBeCloseTo(0.204124, 6);
    expect(se(noise.data! + noise.prediction! / 4)).toBeCloseTo(0.152145, 6);
  });

  it('one attempt a task: only the total', () => {
    expect(noiseOf(tried('1', '0', '1', '1'))).toEqual({ total: 0.1875, data: null, prediction: null });
  });

  it('as many attempts at each: the total is the variance of all scores, and the plain error of task means is right', () => {
    const rows = fc.integer({ min: 2, max: 5 }).chain((attempts) =>
      fc.array(fc.array(fc.constantFrom('0', '1'), { minLength: attempts, maxLength: attempts }), {
        minLength: 2,
        maxLength: 12,
      }),
    );
    fc.assert(
      fc.property(rows, (scores) => {
        const samples = tried(...scores.map((row) => row.join('')));
        const noise = noiseOf(samples);
        expect(noise.total).toBeCloseTo(variance0(samples.flatMap((sample) => sample.scores)), 9);
        const [within, ofMeans] = withinTasks(samples);
        expect(ofMeans).toBeCloseTo(within! / scores[0]!.length, 9);
        expect(noise.total - within! + ofMeans).toBeCloseTo(variance0(meansOf(samples)), 9);
        expect(mean(meansOf(samples))).toBeCloseTo(mean(samples.flatMap((sample) => sample.scores)), 9);
      }),
      { numRuns: 60 },
    );
  });
});
