import { describe, expect, it } from 'vitest';
import type { ScoreRow, TrialKey, TrialRow } from '../src/experiments.ts';
import type { Store } from '../src/store.ts';

const row = (experiment: string, name = 'nightly', createdAt = 1) => ({
  experiment,
  name,
  createdAt,
  plan: `plan of ${experiment}`,
});

const key = (agent: string, instance: string, attempt: number, experiment = 'e'): TrialKey => ({
  experiment,
  agent,
  instance,
  attempt,
});

/** Two agents, two instances (`late` after `early`), two attempts. */
const TRIALS = ['solo', 'best'].flatMap((agent) =>
  [1, 2].flatMap((attempt) => [
    { agent, attempt, instance: 'late', order: 7 },
    { agent, attempt, instance: 'early', order: 3 },
  ]),
);

const name = ({ agent, instance, attempt }: TrialKey) => `${instance}/${attempt}/${agent}`;
const states = (trials: readonly TrialRow[]) => trials.map((each) => `${name(each)} ${each.state}`);

/** What every store's table of experiments must do; `open` gives a new empty store each time. */
export function experimentsConformance(of: string, open: () => Store): void {
  describe(`experiments: ${of}`, () => {
    const planned = () => {
      const { experiments } = open();
      experiments.plan(row('e'), TRIALS);
      return experiments;
    };

    it('keeps what was planned, in the order of work, and nothing twice', () => {
      const experiments = planned();
      experiments.begin(key('solo', 'early', 1), 'r');
      experiments.plan(row('e', 'other name', 9), [
        ...TRIALS,
        { agent: 'new', instance: 'early', attempt: 1, order: 3 },
      ]);
      expect(experiments.list()).toEqual([row('e')]);
      expect(experiments.trials('e').map(name)).toEqual([
        ...['early/1/best', 'early/1/new', 'early/1/solo', 'early/2/best', 'early/2/solo'],
        ...['late/1/best', 'late/1/solo', 'late/2/best', 'late/2/solo'],
      ]);
      expect(experiments.trial(key('solo', 'early', 1))).toEqual({
        ...key('solo', 'early', 1),
        state: 'running',
        rollout: 'r',
        tries: 1,
        order: 3,
        result: null,
      });
      expect(experiments.trial(key('solo', 'early', 3))).toBeNull();
    });

    it('plans all of it or nothing', () => {
      const { experiments } = open();
      const trials = function* () {
        yield TRIALS[0]!;
        throw new Error('broken off');
      };
      expect(() => experiments.plan(row('e'), trials())).toThrow('broken off');
      expect(experiments.list()).toEqual([]);
      expect(experiments.trials('e')).toEqual([]);
    });

    it('lists newest first, by the beginning of an id, by name', () => {
      const { experiments } = open();
      for (const [id, called, at] of [
        ['aa', 'x', 1],
        ['ab', 'y', 3],
        ['b', 'x', 2],
      ] as const)
        experiments.plan(row(id, called, at), []);
      const ids = (...filter: Parameters<typeof experiments.list>) =>
        experiments.list(...filter).map(({ experiment }) => experiment);
      expect(ids()).toEqual(['ab', 'b', 'aa']);
      expect(ids({ prefix: 'a' })).toEqual(['ab', 'aa']);
      expect(ids({ prefix: '%' })).toEqual([]);
      expect(ids({ name: 'x' })).toEqual(['b', 'aa']);
      expect(ids({ name: 'x', prefix: 'a' })).toEqual(['aa']);
      expect(ids({ limit: 1 })).toEqual(['ab']);
    });

    it('tells rollouts that it began from a person’s own', () => {
      const store = open();
      store.experiments.plan(row('e'), [{ agent: 'solo', instance: 'early', attempt: 1, order: 0 }]);
      for (const rollout of ['mine', 'trial']) store.create({ rollout, parent: null, createdAt: 1 });
      store.experiments.begin(key('solo', 'early', 1), 'trial');
      expect(store.rollouts().map(({ rollout }) => rollout)).toEqual(['trial', 'mine']);
      expect(store.rollouts({ trials: false }).map(({ rollout }) => rollout)).toEqual(['mine']);
    });

    it('lets one begin what is due, and only that rollout end it', () => {
      const experiments = planned();
      const trial = key('solo', 'early', 1);
      expect(experiments.begin(trial, 'r1')).toBe(true);
      expect(experiments.begin(trial, 'r2')).toBe(false);
      expect(experiments.begin(key('solo', 'nowhere', 1), 'r2')).toBe(false);
      expect(experiments.grade(trial, 'r2', {})).toBe(false);
      expect(experiments.retry(trial, 'r2')).toBe(false);
      expect(experiments.trialOf('r1')).toMatchObject(trial);
      expect(experiments.trialOf('r2')).toBeNull();
      expect(experiments.retry(trial, 'r1')).toBe(true);
      expect(experiments.grade(trial, 'r1', {})).toBe(false);
      expect(experiments.begin(trial, 'r3')).toBe(true);
      const result = { resolved: true, flags: ['ünïcode'], usd: 0.25 };
      expect(experiments.grade(trial, 'r3', result)).toBe(true);
      expect(experiments.grade(trial, 'r3', {})).toBe(false);
      expect(experiments.retry(trial, 'r3')).toBe(false);
      expect(experiments.trial(trial)).toMatchObject({ state: 'graded', rollout: 'r3', tries: 2, result });
    });

    it('takes a grade back only from the rollout that has it', () => {
      const experiments = planned();
      const trial = key('solo', 'early', 1);
      experiments.begin(trial, 'r1');
      expect(experiments.reopen(trial, 'r1')).toBe(false);
      experiments.grade(trial, 'r1', { resolved: null });
      expect(experiments.reopen(trial, 'r2')).toBe(false);
      expect(experiments.reopen(trial, 'r1')).toBe(true);
      expect(experiments.trial(trial)).toMatchObject({ state: 'due', tries: 1, result: null });
    });

    it('tells trials by agent, instance and state, and counts them, of one experiment', () => {
      const experiments = planned();
      experiments.plan(row('f', 'nightly', 2), TRIALS);
      experiments.begin(key('solo', 'early', 1), 'r1');
      experiments.begin(key('solo', 'late', 1), 'r2');
      experiments.grade(key('solo', 'late', 1), 'r2', {});
      expect(states(experiments.trials('e', { agent: 'solo' }))).toEqual([
        ...['early/1/solo running', 'early/2/solo due', 'late/1/solo graded', 'late/2/solo due'],
      ]);
      expect(states(experiments.trials('e', { state: 'running' }))).toEqual(['early/1/solo running']);
      expect(states(experiments.trials('e', { instance: 'late', state: 'due' }))).toEqual([
        ...['late/1/best due', 'late/2/best due', 'late/2/solo due'],
      ]);
      expect(experiments.counts('e')).toEqual([
        { agent: 'best', state: 'due', count: 4 },
        { agent: 'solo', state: 'due', count: 2 },
        { agent: 'solo', state: 'graded', count: 1 },
        { agent: 'solo', state: 'running', count: 1 },
      ]);
      expect(experiments.counts('nothing')).toEqual([]);
    });

    it('tells what has changed since it was last asked', () => {
      const experiments = planned();
      experiments.plan(row('f', 'nightly', 2), TRIALS);
      const names = (from: number) => experiments.changes('e', from).trials.map(name).sort();
      const all = experiments.changes('e', 0);
      expect(all.trials.map(name).sort()).toEqual(
        TRIALS.map((each) => name({ ...each, experiment: 'e' })).sort(),
      );
      expect(names(all.next)).toEqual([]);
      const trial = key('solo', 'early', 1);
      experiments.begin(trial, 'r1');
      experiments.begin({ ...trial, experiment: 'f' }, 'r2');
      expect(experiments.changes('e', all.next).trials).toEqual([experiments.trial(trial)]);
      const { next } = experiments.changes('e', all.next);
      for (const change of [
        () => experiments.grade(trial, 'r1', { resolved: null }),
        () => experiments.reopen(trial, 'r1'),
        () => experiments.begin(trial, 'r3'),
        () => experiments.retry(trial, 'r3'),
        () => experiments.plan(row('e'), [{ agent: 'solo', instance: 'new', attempt: 1, order: 9 }]),
      ]) {
        const { next: before } = experiments.changes('e', next);
        change();
        expect(names(before)).toHaveLength(1);
      }
      expect(names(next)).toEqual(['early/1/solo', 'new/1/solo']);
      expect(experiments.changes('nothing', 0).trials).toEqual([]);
    });

    it("gives the newest score of each scorer for each trial, and keeps another version's", () => {
      const experiments = planned();
      const score = (version: string, value: number | null, at: number): ScoreRow => ({
        ...key('solo', 'early', 1),
        scorer: 'size',
        version,
        value,
        why: value === null ? 'no patch' : '',
        at,
      });
      experiments.score([score('v1', 3, 1), score('v2', null, 2)]);
      experiments.score([{ ...score('v9', 0.5, 1), scorer: 'lint' }]);
      expect(experiments.scores('e')).toEqual([
        { ...score('v9', 0.5, 1), scorer: 'lint' },
        score('v2', null, 2),
      ]);
      experiments.score([score('v1', 4, 3)]);
      expect(experiments.scores('e', 'size')).toEqual([score('v1', 4, 3)]);
      expect(experiments.scores('f')).toEqual([]);
    });
  });
}
