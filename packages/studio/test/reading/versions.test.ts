import { recordVersion, versionOf } from '@heddle/core';
import { expect, it } from 'vitest';
import { Versions } from '../../src/reading/versions.ts';
import { gradedExperiment, rolloutOf, SOLVED } from '../experiments.ts';
import { store } from '../support.ts';

function recorded() {
  const opened = store();
  const id = gradedExperiment(opened, { agents: ['x'], clusters: { a: 1 }, attempts: 2 }, () => SOLVED);
  for (const [at, system] of ['Be quick.', 'Be sure.'].entries()) {
    const prompts = { system };
    const tree = versionOf({ name: 'solo', kind: 'agent', prompts, config: { model: 'scripted' } });
    recordVersion(opened, tree, { at, rollout: rolloutOf({ agent: 'x', instance: 'a-1', attempt: at + 1 }) });
  }
  return { opened, id, versions: new Versions(opened) };
}

it('lists the newest version of each name, and the datasets of experiments', () => {
  const { versions, id } = recorded();
  const { versions: listed, datasets } = versions.list(5);
  expect(listed.map(({ kind, name, number, count }) => [kind, name, number, count])).toEqual(
    expect.arrayContaining([
      ['agent', 'solo', 2, 2],
      ['prompt', 'solo.system', 2, 2],
      ['configuration', 'solo', 1, 1],
    ]),
  );
  expect(datasets).toMatchObject([
    { name: 'answers', versions: [{ version: 'v1', experiments: [{ experiment: id, name: 'tried' }] }] },
  ]);
});

it('tells the history of one, newest first, with where each was used', () => {
  const { versions, id } = recorded();
  const { versions: history } = versions.history('agent', 'solo', 5);
  expect(history.map(({ number, lately }) => [number, lately])).toEqual([
    [2, [rolloutOf({ agent: 'x', instance: 'a-1', attempt: 2 })]],
    [1, [rolloutOf({ agent: 'x', instance: 'a-1', attempt: 1 })]],
  ]);
  expect(history[0]!.experiments).toEqual([{ experiment: id, name: 'tried' }]);
  expect(history[0]!.since).toMatchObject({ equal: false, prompts: [{ name: 'system' }], config: [] });
  expect(history[1]!.since).toBeNull();
  expect(() => versions.history('agent', 'nobody', 5)).toThrow('there is no agent called nobody');
});

it('compares any two, also prompts and configurations alone', () => {
  const { versions } = recorded();
  expect(versions.pair('agent:solo@1', 'agent:solo@2').diff.prompts).toHaveLength(1);
  expect(versions.pair('agent:solo@2', 'agent:solo@2').diff.equal).toBe(true);
  const { diff } = versions.pair('prompt:solo.system@1', 'prompt:solo.system@2');
  expect(diff.prompts).toMatchObject([{ name: 'solo.system' }]);
  expect(() => versions.pair('agent:solo@1', 'agent:solo@9')).toThrow('there is no version agent:solo@9');
});
