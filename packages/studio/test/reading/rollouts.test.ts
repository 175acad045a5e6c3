import { expect, it } from 'vitest';
import type { HomeTold } from '../../src/told/home.ts';
import type { RolloutsTold } from '../../src/told/rollouts.ts';
import { gradedExperiment } from '../experiments.ts';
import { journal, solvedEvents, studio } from '../support.ts';

const ids = ({ lines }: RolloutsTold) => lines.map(({ rollout }) => rollout);

it('lists all own rollouts by pages, newest first, none twice', async () => {
  const events = await solvedEvents();
  const { store, told, ask } = studio();
  const all = Array.from({ length: 120 }, (_, at) => `own${String(at).padStart(4, '0')}`);
  for (const rollout of all) journal(store, rollout, events.slice(0, 1));
  const listed: string[] = [];
  let looked = 0;
  for (let after: string | null = ''; after !== null; ) {
    const page: RolloutsTold = await told(`/rollouts${after === '' ? '' : `?after=${after}`}`);
    expect(page.lines.length).toBeLessThanOrEqual(50);
    listed.push(...ids(page));
    looked += page.looked;
    after = page.next;
  }
  expect(listed).toEqual(all.toReversed());
  expect(looked).toBe(120);
  expect((await ask('/rollouts?after=nowhere')).status).toBe(404);
});

it('finds by words, status and the beginning of an id', async () => {
  const events = await solvedEvents();
  const { store, told } = studio();
  journal(store, 'done0001', events);
  journal(store, 'died0001', events.slice(0, 1));
  expect(ids(await told('/rollouts?status=solved'))).toEqual(['done0001']);
  expect(ids(await told('/rollouts?q=SUM%20fix&status=interrupted'))).toEqual(['died0001']);
  expect(await told('/rollouts?q=another')).toMatchObject({ lines: [], looked: 2, next: null });
  expect(ids(await told('/rollouts?q=died'))).toEqual(['died0001']);
});

it('leaves out trials, which are found by their id; Home says that there are only these', async () => {
  const events = await solvedEvents();
  const { store, told } = studio();
  const experiment = gradedExperiment(store, { agents: ['a'], clusters: { one: 2 } }, () => 'due');
  const trial = 'trial0001';
  store.experiments.begin(store.experiments.trials(experiment)[0]!, trial);
  journal(store, trial, events);
  expect(await told('/rollouts')).toMatchObject({ lines: [], looked: 0, next: null });
  expect(ids(await told(`/rollouts?q=${trial}`))).toEqual([trial]);
  expect((await told<HomeTold>('/home')).onlyTrials).toEqual({ trials: 1, experiments: 1 });
  journal(store, 'done0001', events);
  expect((await told<HomeTold>('/home')).onlyTrials).toBeNull();
});
