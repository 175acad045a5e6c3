import { describe, expect, it } from 'vitest';
import { leaderboard } from '../../src/statistics/leaderboard.ts';
import { earlyLook } from '../../src/statistics/looks.ts';
import { countOutcomes } from '../../src/statistics/outcomes.ts';
import { tried } from './versions.ts';

/** Solves the first `solved` of 60 tasks, once. */
const version = (name: string, solved: number) => ({
  name,
  samples: tried(...Array.from({ length: 60 }, (_, index) => (index < solved ? '1' : '0'))),
});

describe('leaderboard', () => {
  it('puts versions in order and groups those that cannot be told apart', () => {
    const board = leaderboard([
      version('weak', 12),
      version('best', 50),
      version('good', 46),
      version('fair', 41),
    ]);
    expect(board).toMatchObject({ tasks: 60, comparisons: 6 });
    expect(board.rows.map(({ name, groups }) => [name, groups])).toEqual([
      ['best', 'a'],
      ['good', 'ab'],
      ['fair', 'b'],
      ['weak', 'c'],
    ]);
  });

  it('all alike share one group; one alone has its own', () => {
    const alike = leaderboard([version('one', 30), version('two', 31), version('three', 32)]);
    expect(alike.rows.map(({ groups }) => groups)).toEqual(['a', 'a', 'a']);
    expect(leaderboard([version('one', 30)]).rows[0]).toMatchObject({ groups: 'a', leftOut: 0 });
  });

  it('only tasks that all have attempted count', () => {
    const short = { name: 'short', samples: version('', 30).samples.slice(20) };
    const board = leaderboard([short, version('long', 30)]);
    expect(board.tasks).toBe(40);
    expect(board.rows.map(({ name, mean, leftOut }) => [name, mean.value, leftOut])).toEqual([
      ['short', 0.25, 0],
      ['long', 0.25, 20],
    ]);
    expect(() => leaderboard([short, { name: 'none', samples: [] }])).toThrow(/no task that all/);
  });
});

describe('an early look', () => {
  it('is over when all is done', () => {
    expect(earlyLook({ planned: 10, finished: 10 })).toBeNull();
  });

  it('decides by a bound that grows with what is done', () => {
    const bounds = [0, 10, 50, 99].map((finished) => earlyLook({ planned: 100, finished })!.fairP);
    expect(bounds[0]).toBe(0);
    expect(bounds[2]).toBeCloseTo(0.00153, 5);
    expect(bounds).toEqual(bounds.toSorted((a, b) => a - b));
    expect(bounds[3]).toBeLessThan(0.025);
  });
});

describe('outcomes', () => {
  it('shows both ways to count what failed by no fault of the agent', () => {
    const counts = countOutcomes(['solved', 'solved', 'failed', 'limit', 'infra'], 8);
    expect(counts).toEqual({
      planned: 8,
      solved: 2,
      failed: 1,
      limit: 1,
      infra: 1,
      notRun: 3,
      infraAsFailed: 0.4,
      infraExcluded: 0.5,
    });
    expect(countOutcomes(['infra'], 1)).toMatchObject({ infraAsFailed: 0, infraExcluded: null });
    expect(countOutcomes([], 4)).toMatchObject({ notRun: 4, infraAsFailed: null });
  });
});
