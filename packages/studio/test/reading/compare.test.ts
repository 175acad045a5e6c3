import { canonicalJson, recordVersion, type Store, versionOf } from '@heddle/core';
import { compareSides, sidesOf } from '@heddle/lab';
import { expect, it } from 'vitest';
import { Comparisons } from '../../src/reading/compare.ts';
import { ExperimentShelf } from '../../src/reading/experiment-shelf.ts';
import type { CompareTold } from '../../src/told/compare.ts';
import { FAILED, gradedExperiment, INFRA, rolloutOf, SOLVED } from '../experiments.ts';
import { store } from '../support.ts';

const ASKED = { agents: ['x', 'y'], clusters: { a: 7, b: 6, c: 3 }, attempts: 2 };

function comparisons(opened: Store): Comparisons {
  return new Comparisons(opened, new ExperimentShelf(opened));
}

it('says of two agents what the lab does, and keeps it until a trial changes', () => {
  const opened = store();
  const id = gradedExperiment(opened, ASKED, ({ agent, instance, attempt }) =>
    agent === 'x' ? SOLVED : instance.startsWith('a') || attempt === 1 ? FAILED : 'due',
  );
  const made = comparisons(opened);
  const told = made.of({ a: id });
  const { comparison } = compareSides(opened, sidesOf(opened, id, undefined), { partings: 0 });
  expect(told).toMatchObject({
    ...{
      tasks: 16,
      difference: comparison.difference,
      p: comparison.test.p,
      detectable: comparison.detectable,
    },
    ...{ a: { agent: 'x', experiment: id }, b: { agent: 'y', version: null }, versions: null, spoilt: 0 },
  });
  expect(told.warnings[0]).toMatch(/^Not final/);
  expect(told.slices.map(({ cluster, tasks }) => [cluster, tasks])).toEqual([
    ['a', 7],
    ['b', 6],
    ['c', 3],
  ]);
  expect(made.of({ a: `${id}:x`, b: `${id}:y` })).toBe(told);
  const key = { experiment: id, agent: 'y', instance: 'b-1', attempt: 2 };
  opened.experiments.begin(key, 'late');
  opened.experiments.grade(key, 'late', opened.experiments.trials(id, { agent: 'x' })[0]!.result);
  expect(made.of({ a: id }).b.counts.solved).toBe(told.b.counts.solved + 1);
});

it('tells who listens of trials that end, once', () => {
  const opened = store();
  const id = gradedExperiment(opened, ASKED, ({ agent, attempt }) =>
    agent === 'y' && attempt === 2 ? 'due' : SOLVED,
  );
  const made = comparisons(opened);
  const first = made.news({ a: id }, null)!;
  expect(made.news({ a: id }, first.cursor)).toBeNull();
  const key = { experiment: id, agent: 'y', instance: 'b-1', attempt: 2 };
  opened.experiments.begin(key, 'late');
  opened.experiments.grade(key, 'late', opened.experiments.trials(id, { agent: 'x' })[0]!.result);
  const next = made.news({ a: id }, first.cursor)!;
  expect(next.data.b.counts.solved).toBe(first.data.b.counts.solved + 1);
  expect(made.news({ a: id }, next.cursor)).toBeNull();
  // Another server makes the same cursor of the same store.
  expect(comparisons(opened).news({ a: id }, next.cursor)).toBeNull();
});

it('says what differs in how two agents of two experiments were run', () => {
  const opened = store();
  const [a, b, other] = [60, 60, 90].map((seconds) =>
    gradedExperiment(opened, { ...ASKED, seconds }, () => SOLVED),
  );
  const made = comparisons(opened);
  expect(made.of({ a: `${a}:x`, b: `${b}:y` }).conditions).toEqual([]);
  expect(made.of({ a: `${a}:x`, b: `${other}:y` }).conditions).toEqual([
    { key: 'limits.seconds', was: '60', is: '90' },
  ]);
});

it('lists what flipped with both sides’ attempts and a pair that came out differently', () => {
  const opened = store();
  const id = gradedExperiment(opened, ASKED, ({ agent, instance, attempt }) => {
    if (instance === 'a-1') return agent === 'x' || attempt === 2 ? SOLVED : FAILED;
    if (instance === 'b-1') return agent === 'x' ? { ...FAILED, status: 'limit' } : SOLVED;
    return SOLVED;
  });
  const { flips } = comparisons(opened).of({ a: id });
  const at = (agent: string, instance: string, attempt: number) => rolloutOf({ agent, instance, attempt });
  expect(flips).toEqual([
    {
      ...{ instance: 'b-1', cluster: 'b', difference: -1 },
      a: [
        ['l', at('x', 'b-1', 1)],
        ['l', at('x', 'b-1', 2)],
      ],
      b: [
        ['s', at('y', 'b-1', 1)],
        ['s', at('y', 'b-1', 2)],
      ],
      rollouts: [at('x', 'b-1', 1), at('y', 'b-1', 1)],
    },
    expect.objectContaining({
      instance: 'a-1',
      difference: 0.5,
      rollouts: [at('x', 'a-1', 1), at('y', 'a-1', 1)],
    }),
  ]);
});

it('withholds its verdict while trials are spoilt', () => {
  const opened = store();
  const id = gradedExperiment(opened, ASKED, ({ agent, instance }) =>
    agent === 'x' && instance === 'a-1' ? INFRA : SOLVED,
  );
  const told = comparisons(opened).of({ a: id });
  expect(told.spoilt).toBe(2);
  expect(told.warnings[0]).toMatch(/^2 trials ended without a verdict/);
});

it('compares agents of two experiments, and says what was not alike', () => {
  const opened = store();
  gradedExperiment(opened, { ...ASKED, name: 'first' }, () => SOLVED);
  gradedExperiment(opened, { ...ASKED, name: 'second', clusters: { a: 7, d: 2 } }, () => FAILED);
  const told = comparisons(opened).of({ a: 'first:x', b: 'second:y' });
  expect(told).toMatchObject({ tasks: 7, difference: { value: 1 } });
  expect(told.a.experiment).not.toBe(told.b.experiment);
});

it('tells what differs between the agents, and where that can be looked up', () => {
  const opened = store();
  const id = gradedExperiment(opened, ASKED, () => SOLVED);
  for (const [at, agent] of ['x', 'y'].entries()) {
    const tree = versionOf({
      name: 'solo',
      kind: 'agent',
      prompts: { system: `Be ${agent}.` },
      config: { model: agent },
    });
    const rollout = rolloutOf({ agent, instance: 'a-1', attempt: 1 });
    recordVersion(opened, tree, { at, rollout });
  }
  const { versions, a, b } = comparisons(opened).of({ a: id });
  expect([a.version, b.version]).toEqual(['agent:solo@1', 'agent:solo@2']);
  expect(versions).toMatchObject({ equal: false, config: [{ key: 'model', was: 'x', is: 'y' }], files: [] });
  expect(versions!.prompts.map(({ name }) => name)).toEqual(['system']);
  expect(canonicalJson(versions)).not.toContain('Be x.');
});

it('leaves out what is marked as broken where that is asked for: as if those had not been in it', () => {
  const opened = store();
  const outcome = ({ agent, instance }: { agent: string; instance: string }) =>
    agent === 'x' || instance.startsWith('a') ? SOLVED : FAILED;
  const all = gradedExperiment(opened, { ...ASKED, name: 'all' }, outcome);
  const clusters = { a: 7, b: 6 };
  const fewer = gradedExperiment(opened, { ...ASKED, clusters, name: 'fewer' }, outcome);
  const made = comparisons(opened);
  const before = made.news({ a: all }, null)!;
  expect(before.data.broken).toEqual({ instances: 0, of: 16, leftOut: false });
  for (const instance of ['c-1', 'c-2', 'c-3', 'elsewhere'])
    opened.ratings.mark({
      ...{ dataset: 'answers', version: 'v1', instance, note: 'no tests', by: 'me', at: 1 },
      broken: true,
    });
  // Who listens is told of a mark, though no trial has changed.
  const { data: counted } = made.news({ a: all }, before.cursor)!;
  expect(counted).toMatchObject({ tasks: 16, broken: { instances: 3, of: 16, leftOut: false } });
  const without = made.of({ a: all, withoutBroken: true });
  expect(without.broken).toEqual({ instances: 3, of: 16, leftOut: true });
  const expected = made.of({ a: fewer });
  for (const key of ['tasks', 'clusters', 'difference', 'p', 'rates', 'slices'] as const)
    expect(without[key]).toEqual(expected[key]);
  const flipped = ({ flips }: CompareTold) => flips.map(({ instance }) => instance).sort();
  expect(flipped(without)).toEqual(flipped(expected));
  expect(without.a.counts.planned).toBe(26);
});

it('refuses to compare what is all marked as broken', () => {
  const opened = store();
  const id = gradedExperiment(opened, { agents: ['x', 'y'], clusters: { a: 1 } }, () => SOLVED);
  const mark = { dataset: 'answers', version: 'v1', instance: 'a-1', note: 'no tests', by: 'me', at: 1 };
  opened.ratings.mark({ ...mark, broken: true });
  expect(() => comparisons(opened).of({ a: id, withoutBroken: true })).toThrow(
    expect.objectContaining({ code: 'none-left' }),
  );
});
