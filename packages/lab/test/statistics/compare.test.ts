import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Sample } from '../../src/sample.ts';
import { comparePaired } from '../../src/statistics/compare.ts';
import { describeSamples } from '../../src/statistics/describe.ts';
import { meanInterval } from '../../src/statistics/intervals.ts';
import { measuredVariances } from '../../src/statistics/required.ts';
import { differencesOf } from '../../src/statistics/tasks.ts';
import { A, B, clustered, tried } from './versions.ts';

describe('paired comparison', () => {
  it('two versions at six tasks', () => {
    const comparison = comparePaired(A, B);
    expect(comparison).toMatchObject({
      tasks: 6,
      onlyInA: 0,
      onlyInB: 0,
      attempts: { a: [4, 4], b: [4, 4] },
    });
    expect(comparison.a.value).toBeCloseTo(0.583333, 6);
    expect(comparison.b.value).toBeCloseTo(0.416667, 6);
    expect(comparison.difference.value).toBeCloseTo(0.166667, 6);
    expect(comparison.se.total).toBeCloseTo(0.166667, 6);
    expect(comparison.se.prediction).toBeCloseTo(Math.sqrt(0.0625 / 6), 6);
    expect(comparison.correlation).toBeCloseTo(0.546999, 6);
    expect(comparison.wins!.a).toBeCloseTo(0.260417, 6);
    expect(comparison.wins!.b).toBeCloseTo(0.09375, 6);
    expect(Math.sqrt((comparison.wins!.a + comparison.wins!.b) / 6)).toBeCloseTo(0.242956, 6);
    expect(comparison.test).toEqual({ p: 0.5, method: 'exact sign flips of 5 tasks' });
    expect(comparison.mcnemar).toBeNull();
    expect(comparison.warnings).toEqual([]);
    expect(comparison.slices).toEqual([]);
  });

  it('Student’s interval by name: mean ± t·SE', () => {
    const values = differencesOf({ a: A, b: B });
    const interval = meanInterval({ values, clusters: A.map(({ cluster }) => cluster) });
    expect(interval.high - interval.value).toBeCloseTo(2.570582 / 6, 6);
    expect(interval.method).toBe("Student's t, 6 tasks");
  });

  it('lists tasks on which the two differ, the largest difference first', () => {
    const { flipped } = comparePaired(A, B);
    expect(flipped.map(({ instance, difference }) => [instance, difference])).toEqual([
      ['task-4', 0.75],
      ['task-1', 0.5],
      ['task-2', 0.25],
      ['task-3', -0.25],
      ['task-5', -0.25],
    ]);
    expect(flipped[0]).toMatchObject({ a: { mean: 0.75, attempts: 4 }, b: { mean: 0, attempts: 4 } });
  });

  it('a handful that came out all alike stays within what is possible, and promises nothing', () => {
    const { onTheseTasks, difference, required } = comparePaired(
      tried('11', '11', '11'),
      tried('00', '00', '00'),
    );
    expect([difference.high, onTheseTasks!.high, required]).toEqual([1, 1, null]);
    expect(onTheseTasks!.low).toBeCloseTo(0.538, 3);
  });

  it('one yes or no a task: McNemar, and the size by the share that differs', () => {
    const rows = (right: (index: number) => boolean) =>
      tried(...Array.from({ length: 80 }, (_, index) => (right(index) ? '1' : '0')));
    const comparison = comparePaired(
      rows((index) => index < 20),
      rows((index) => index < 5 || index >= 75),
    );
    expect(comparison.mcnemar).toMatchObject({ onlyA: 15, onlyB: 5 });
    expect(comparison.test.p).toBeCloseTo(0.041389, 6);
    expect(comparison.test.method).toBe('McNemar, exact, 20 tasks that differ');
    expect(comparison.onTheseTasks).toBeNull();
    expect(comparison.required).toMatchObject({ difference: 0.125, attempts: null, tasks: 124, trials: 248 });
    expect(comparePaired(tried('1', '0', '1'), tried('1', '0', '1')).mcnemar).toMatchObject({ p: 1 });
  });

  it('only what both have attempted counts, in whatever order it comes', () => {
    const few = [B[4]!, B[0]!, { ...B[1]!, instance: 'other' }];
    const comparison = comparePaired(A, few);
    expect(comparison).toMatchObject({ tasks: 2, onlyInA: 4, onlyInB: 1 });
    expect(comparison.difference.value).toBeCloseTo(0.375, 9);
    expect(comparison.warnings).toEqual([
      'Left out, as only one version has attempted them: 4 tasks of A, 1 task of B.',
    ]);
    expect(() => comparePaired(A, [{ ...B[1]!, instance: 'other' }])).toThrow(/no task in common/);
  });

  it('is not certain of a difference of 0 because no task differed', () => {
    const none = tried(...Array<string>(34).fill('10'));
    const { difference, detectable, required, bootstrap } = comparePaired(none, none);
    expect(difference.value).toBe(0);
    expect(difference.high).toBeGreaterThan(0.05);
    expect(difference.low).toBe(-difference.high);
    expect(detectable).toBeGreaterThan(0.05);
    expect(required).toBeNull();
    // The bootstrap is, and is shown as what it is.
    expect([bootstrap.low, bootstrap.high]).toEqual([0, 0]);
  });

  it('while trials are missing it says so first', () => {
    const { warnings } = comparePaired(A, B, { progress: { planned: 300, finished: 120 } });
    expect(warnings).toEqual([
      'Not final: 120 of 300 trials are done. Whoever stops at the first p < 0.05 finds differences that are not there; deciding now is fair at p < 0.0004 only.',
    ]);
    expect(comparePaired(A, B, { progress: { planned: 48, finished: 48 } }).warnings).toEqual([]);
  });

  it('a question of its own: what a given difference would take', () => {
    const { required } = comparePaired(A, B, { difference: 0.1 });
    // (2.8016 / 0.1)² · (0.076389 + 0.25 / 4), and as many attempts as 6 tasks could never make up for.
    expect(required).toMatchObject({ difference: 0.1, tasks: 110, attempts: null, trials: 880 });
    expect(measuredVariances({ a: A, b: B })!.withinA).toBeCloseTo(0.166667, 6);
    expect(measuredVariances({ a: tried('1'), b: tried('0') })).toBeNull();
  });

  it('the same samples and seed give the same, with the seed and resamples named', () => {
    const first = comparePaired(A, B);
    expect(comparePaired(A, B)).toEqual(first);
    expect(first.bootstrap.method).toBe(
      'bootstrap over 6 tasks, percentiles of 10,000 resamples, seed "compare difference"',
    );
    expect(comparePaired(A, B, { seed: 'other' }).bootstrap.method).toContain('"other difference"');
  });

  it('changing sides changes the sign and nothing else', () => {
    const rows = fc.array(fc.tuple(fc.nat(15), fc.nat(15)), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const bits = (value: number) => value.toString(2).padStart(4, '0');
        const [a, b] = [
          tried(...pairs.map(([left]) => bits(left))),
          tried(...pairs.map(([, right]) => bits(right))),
        ];
        const [forth, back] = [comparePaired(a, b), comparePaired(b, a)];
        expect(back.difference.value).toBeCloseTo(-forth.difference.value, 9);
        expect(back.difference.low).toBeCloseTo(-forth.difference.high, 9);
        expect(back.test.p).toBeCloseTo(forth.test.p, 9);
        expect(back.detectable).toBeCloseTo(forth.detectable!, 9);
        expect(back.noise.total).toBeCloseTo(forth.noise.total, 9);
        expect(back.flipped).toHaveLength(forth.flipped.length);
        expect(forth.difference.low).toBeLessThanOrEqual(forth.difference.value + 1e-9);
        expect(forth.difference.high).toBeGreaterThanOrEqual(forth.difference.value - 1e-9);
      }),
      { numRuns: 12 },
    );
  });
});

describe('repositories', () => {
  const counts = [6, 4, 4, 3, 2, 1];
  const scores = (from: string) => clustered([...from].map(Number), counts);
  const a = scores('11111111110000111001');
  const b = scores('10001111000000111000');

  it('their tasks go together: robust errors, Student’s test, both other forms beside', () => {
    const comparison = comparePaired(a, b);
    expect(comparison.clusters).toBe(6);
    expect(comparison.difference.method).toMatch(/20 tasks of 6 clusters \(CR2, \d\.\d degrees of freedom\)/);
    expect(comparison.test.method).toMatch(/^Student's t, \d\.\d degrees of freedom$/);
    expect(comparison.bootstrap.method).toContain('bootstrap over 6 clusters');
    expect(comparison.se.total).not.toBeCloseTo(comparison.se.unclustered!, 3);
    expect(comparison.se.clustered!.miller).toBeGreaterThan(0);
    expect(comparison.se.clustered!.inspect).toBeGreaterThan(0);
  });

  it('a row for each of several tasks, corrected for how many there are', () => {
    const { slices } = comparePaired(a, b);
    expect(slices.map(({ cluster, tasks }) => [cluster, tasks])).toEqual([
      ['repository-0', 6],
      ['repository-1', 4],
      ['repository-2', 4],
      ['repository-3', 3],
      ['repository-4', 2],
    ]);
    expect(slices[0]).toMatchObject({ a: 1, p: 0.25, holm: 1, bh: 1 });
    expect(slices[0]!.difference.value).toBeCloseTo(0.5, 9);
  });

  it('too few of them are no sample of others', () => {
    const three = (from: string) => clustered([...from].map(Number), [4, 4, 4]);
    const comparison = comparePaired(three('111100001111'), three('110000001000'));
    expect(comparison.warnings).toEqual([
      'Tasks come from 3 clusters: too few to say anything of others. Intervals are for more tasks from these.',
    ]);
    expect(comparison.difference.method).toContain('12 tasks');
    expect(comparison.se.clustered).toBeNull();
  });

  it('one that holds nearly all is said to', () => {
    const uneven = (from: string) => clustered([...from].map(Number), [20, 1, 1, 1, 1, 1]);
    const { warnings } = comparePaired(
      uneven('1111111111111000000000011'),
      uneven('1000000000000000000000010'),
    );
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('is not to be relied on');
  });
});

describe('one version', () => {
  it('mean, errors, and tasks by how often they were solved', () => {
    const description = describeSamples(A);
    expect(description).toMatchObject({
      tasks: 6,
      clusters: 6,
      attempts: { total: 24, least: 4, most: 4 },
      solved: { always: 1, flaky: 4, never: 1 },
      designEffect: 1,
    });
    expect(description.mean.value).toBeCloseTo(0.583333, 6);
    expect(description.se.prediction).toBeCloseTo(Math.sqrt(0.166667 / 4 / 6), 6);
    const { mean, onTheseTasks } = description;
    expect(onTheseTasks!.high - onTheseTasks!.low).toBeLessThan(mean.high - mean.low);
  });

  it('one yes or no a task: Wilson, and the plain error', () => {
    const rows = Array.from({ length: 49 }, (_, index) => (index < 27 ? '1' : '0'));
    const { mean, se, onTheseTasks } = describeSamples(tried(...rows));
    expect(mean.low).toBeCloseTo(0.4132, 4);
    expect(mean.high).toBeCloseTo(0.6815, 4);
    expect(mean.method).toBe('Wilson, 49 tasks');
    const p = 27 / 49;
    expect(se.total).toBeCloseTo(Math.sqrt((p * (1 - p)) / 48), 12);
    expect([se.prediction, onTheseTasks]).toEqual([null, null]);
  });

  it('a single task leaves everything open', () => {
    const { mean, se } = describeSamples(tried('1101'));
    expect([mean.low, mean.high]).toEqual([0, 1]);
    expect(se.total).toBeNull();
    expect(comparePaired(tried('1101'), tried('0000')).difference).toMatchObject({ low: -1, high: 1 });
  });

  it('scores outside 0..1 get Student’s interval and no pass@k', () => {
    const sizes: Sample[] = [12, 40, 3, 25].map((lines, index) => ({
      instance: `task-${index}`,
      cluster: `task-${index}`,
      scores: [lines, lines + 2],
    }));
    const { mean, passed, solved } = describeSamples(sizes);
    expect(mean).toMatchObject({ value: 21, method: "Student's t, 4 tasks" });
    expect([passed, solved]).toEqual([null, null]);
    const none = comparePaired(sizes, sizes);
    expect(none.wins).toBeNull();
    expect(none.difference).toMatchObject({ low: 0, value: 0, high: 0 });
  });

  it('of nothing there is nothing to say', () => {
    expect(() => describeSamples([])).toThrow(/No task has a scored attempt/);
  });

  it('the mean lies in its interval, and more tasks of the same kind shorten it', () => {
    const rows = fc.array(fc.nat(7), { minLength: 3, maxLength: 20 });
    fc.assert(
      fc.property(rows, (values) => {
        const bits = values.map((value) => value.toString(2).padStart(3, '0'));
        const { mean } = describeSamples(tried(...bits));
        const more = describeSamples(tried(...bits, ...bits, ...bits, ...bits)).mean;
        expect(mean.low).toBeLessThanOrEqual(mean.value + 1e-9);
        expect(mean.high).toBeGreaterThanOrEqual(mean.value - 1e-9);
        expect(more.high - more.low).toBeLessThan(mean.high - mean.low);
      }),
      { numRuns: 40 },
    );
  });
});
