import { describe, expect, it } from 'vitest';
import { clusteredErrors, clusterRobust, intraclass } from '../../src/statistics/clusters.ts';
import { studentFactor, studentTwoSided } from '../../src/statistics/distributions.ts';
import { correlation, mean, median, standardError } from '../../src/statistics/moments.ts';
import { A, B } from './versions.ts';

const byTask = (samples: typeof A) => samples.map(({ scores }) => mean(scores));

describe('standard errors', () => {
  it.each([
    [0.788, 0.0183],
    [0.768, 0.0189],
    [0.744, 0.0195],
  ])('of a share of %d among 500 tasks', (share, expected) => {
    const values = Array.from({ length: 500 }, (_, index) => Number(index < share * 500));
    expect(standardError(values)).toBeCloseTo(expected, 4);
    expect(standardError(values)).toBeCloseTo(Math.sqrt((share * (1 - share)) / 499), 12);
  });

  it('in clusters: plain, by pairs, by sums, as Inspect has it', () => {
    const scores = [1, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0];
    const clusters = [...'aaabbbccddee'];
    const errors = clusteredErrors(scores, clusters);
    expect(errors.plain).toBeCloseTo(0.150756, 6);
    expect(errors.pairs).toBeCloseTo(0.216871, 6);
    expect(errors.squares).toBeCloseTo(0.212459, 6);
    expect(errors.corrected).toBeCloseTo(0.237537, 6);
  });

  it('robust: Inspect’s and C - 1 degrees of freedom where clusters are of even size', () => {
    const scores = [1, 1, 0, 0, 1, 0, 1, 1];
    const clusters = [...'aabbccdd'];
    const { se, df } = clusterRobust(scores, clusters);
    expect(se).toBeCloseTo(clusteredErrors(scores, clusters).corrected, 12);
    expect(df).toBeCloseTo(3, 9);
  });

  it('robust: fewer degrees of freedom where a cluster holds most', () => {
    const scores = Array.from({ length: 40 }, (_, index) => Number(index % 3 === 0));
    const uneven = scores.map((_, index) => (index < 30 ? 'big' : `small-${index % 5}`));
    expect(clusterRobust(scores, uneven).df).toBeLessThan(2);
  });

  it('robust: the plain one where no two share a cluster', () => {
    const values = byTask(A);
    const each = values.map((_, index) => String(index));
    expect(clusterRobust(values, each)).toEqual({ se: standardError(values), df: 5 });
  });

  it('a cluster of all says nothing', () => {
    expect(clusterRobust([1, 0, 1], ['a', 'a', 'a'])).toEqual({ se: Number.NaN, df: 0 });
  });

  it('likeness within clusters', () => {
    expect(
      intraclass([
        [1, 1],
        [0, 0],
      ]),
    ).toBe(1);
    expect(
      intraclass([
        [1, 0],
        [0, 1],
      ]),
    ).toBe(0);
    expect(intraclass([[1], [0]])).toBe(0);
  });
});

describe("Student's distribution", () => {
  it.each([
    [2, 4.3],
    [24, 2.06],
    [39, 2.02],
  ])('factor for %d degrees of freedom', (df, expected) => {
    expect(studentFactor(df, 0.95)).toBeCloseTo(expected, 2);
    expect(studentTwoSided(studentFactor(df, 0.95), df)).toBeCloseTo(0.05, 9);
  });

  it('two sides', () => {
    expect(studentTwoSided(1, 5)).toBeCloseTo(0.363217, 6);
    expect(studentTwoSided(-1, 5)).toBe(studentTwoSided(1, 5));
    expect(studentTwoSided(0, 5)).toBe(1);
  });
});

describe('correlation and median', () => {
  it('of two versions over tasks', () => {
    expect(correlation(byTask(A), byTask(B))).toBeCloseTo(0.546999, 6);
    expect(correlation([1, 1, 1], [0, 1, 0])).toBeNull();
  });

  it('median', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
