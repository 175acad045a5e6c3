import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plan } from '../../src/statistics/plan.ts';
import { attemptsFor, detectable, tasksFor, yesNoTasksFor } from '../../src/statistics/power.ts';

const MILLER = { difference: 1 / 9, withinA: 1 / 6, withinB: 1 / 6, source: 'test' };
const CERTAIN = { ...MILLER, withinA: 0, withinB: 0 };

describe('size of an experiment', () => {
  it('tasks for a difference: Miller, equation 9', () => {
    expect(tasksFor(0.03, CERTAIN, 1)).toBe(969);
    expect(tasksFor(0.03, MILLER, 1)).toBe(3_876);
    expect(tasksFor(0.03, MILLER, 10)).toBe(1_260);
  });

  it.each([
    [198, 1, 0.1327, 4],
    [198, 10, 0.0757, 4],
    [34, 1, 0.32, 3],
    [34, 5, 0.203, 3],
    [49, 1, 0.267, 3],
    [49, 5, 0.169, 3],
    [225, 1, 0.125, 3],
    [225, 5, 0.079, 3],
    [500, 1, 0.084, 3],
    [500, 5, 0.053, 3],
  ])('what %d tasks with %d attempts show: equation 10', (tasks, attempts, expected, digits) => {
    expect(detectable(MILLER, tasks, attempts)).toBeCloseTo(expected, digits);
  });

  it('one yes or no a task, paired', () => {
    expect(yesNoTasksFor(0.15 - 0.1, 0.15 + 0.1)).toBe(783);
    expect(yesNoTasksFor(0.12 - 0.06, 0.12 + 0.06)).toBe(391);
    expect(yesNoTasksFor(0.2 - 0.1, 0.2 + 0.1)).toBe(234);
  });

  it('the three say the same of one experiment', () => {
    const share = fc.double({ min: 0.01, max: 0.25, noNaN: true });
    fc.assert(
      fc.property(
        share,
        share,
        share,
        fc.integer({ min: 1, max: 20 }),
        (difference, withinA, withinB, attempts) => {
          const variances = { difference, withinA, withinB, source: 'test' };
          const tasks = tasksFor(0.05, variances, attempts);
          expect(detectable(variances, tasks, attempts)).toBeLessThanOrEqual(0.05 + 1e-9);
          if (tasks > 1) expect(detectable(variances, tasks - 1, attempts)).toBeGreaterThan(0.05 - 1e-9);
          const enough = attemptsFor(0.05, variances, tasks);
          expect(enough).not.toBeNull();
          expect(enough).toBeLessThanOrEqual(attempts);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('no number of attempts makes up for tasks that differ too much', () => {
    expect(attemptsFor(0.03, MILLER, 500)).toBeNull();
    expect(attemptsFor(0.03, MILLER, 1_260)).toBe(10);
  });
});

describe('planner', () => {
  it('says what is to be seen, what more would take, and what it costs', () => {
    const planned = plan({ tasks: 34, attempts: 5, difference: 0.05, variances: MILLER, usdPerTrial: 0.25 });
    expect(planned).toMatchObject({
      trials: 340,
      usd: 85,
      required: { difference: 0.05, tasks: 559, attempts: null, trials: 5_590 },
      requiredUsd: 1_397.5,
    });
    expect(planned.detectable).toBeCloseTo(0.203, 3);
    expect(planned.sentence).toBe(
      'With 34 tasks and 5 attempts each you can detect a difference of 20.3 points, for about $85; to see 5 points you need 559 tasks with 5 attempts; with 34 tasks no number of attempts does (5,590 trials at least), for about $1,397.5.',
    );
  });

  it('more attempts where they do', () => {
    const { required, sentence } = plan({ tasks: 500, attempts: 1, difference: 0.05 });
    expect(required).toMatchObject({ tasks: 1_396, attempts: 7, trials: 2_792 });
    expect(sentence).toContain(
      '1,396 tasks with 1 attempt, or 7 attempts at 500 tasks (2,792 trials at least).',
    );
  });

  it('says nothing of more when nothing is asked for', () => {
    const { required, sentence, usd } = plan({ tasks: 100, attempts: 1 });
    expect([required, usd]).toEqual([null, null]);
    expect(sentence).toBe('With 100 tasks and 1 attempt each you can detect a difference of 18.7 points.');
  });

  it('says so where not even all against nothing would be seen', () => {
    const { detectable, sentence } = plan({ tasks: 1, attempts: 1 });
    expect(detectable).toBeCloseTo(1.868, 3);
    expect(sentence).toBe('With 1 task and 1 attempt each no difference can be detected.');
  });
});
