import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { OperatorError } from '@heddle/core';
import { expect, it, vi } from 'vitest';
import type { HomeTold } from '../../src/told/home.ts';
import { journal, solvedEvents, studio } from '../support.ts';

const AT = Date.UTC(2026, 10, 21);

it('tells a rollout that goes on by what is new of it alone', async () => {
  const events = await solvedEvents();
  const { store, told } = studio();
  const read = vi.spyOn(store, 'read');
  journal(store, 'goeson', events.slice(0, 1));
  store.claim('goeson');
  const [begun] = (await told<HomeTold>('/home')).running.rollouts;
  expect(begun).toMatchObject({ rollout: 'goeson', task: 'fix the sum', status: 'running', steps: 0 });
  for (const [position, event] of events.entries()) {
    if (position === 0) continue;
    store.append('goeson', position, event, AT + position * 1000);
    read.mockClear();
    await told('/home');
    const beginnings = read.mock.calls.map(([, from]) => from);
    expect(beginnings.length).toBeGreaterThan(0);
    expect(beginnings.every((from) => from === position)).toBe(true);
  }
  store.release('goeson');
  read.mockClear();
  const { running, recent } = await told<HomeTold>('/home');
  expect(running.rollouts).toEqual([]);
  expect(recent.rollouts).toMatchObject([{ status: 'solved', steps: 4, seconds: events.length - 1 }]);
});

it('tells one that was over and is taken up again from all of its journal', async () => {
  const events = await solvedEvents();
  const { store, context, told } = studio();
  journal(store, 'again', events);
  const line = () => context.lines.of(store.rollouts({ prefix: 'again' })[0]!);
  expect(line()).toMatchObject({ status: 'solved', steps: 4 });
  const { config } = events[0] as Extract<(typeof events)[number], { type: 'rollout.started' }>;
  store.append('again', events.length, { type: 'rollout.resumed', config }, AT + 60_000);
  expect(line()).toMatchObject({ status: 'interrupted', steps: 4 });
  expect((await told<HomeTold>('/home')).recent.rollouts).toMatchObject([{ status: 'interrupted' }]);
});

it('shows one that cannot be read as such, beside the others', async () => {
  const events = await solvedEvents();
  const { store, home, told } = studio();
  for (const rollout of ['damaged', 'newer', 'whole']) journal(store, rollout, events);
  const db = new DatabaseSync(join(home, 'journal.db'));
  db.exec(`UPDATE events SET data = '{"type":' WHERE rollout = 'damaged' AND position = 3`);
  db.exec(`UPDATE events SET version = 99 WHERE rollout = 'newer'`);
  db.close();
  for (let look = 0; look < 2; look++) {
    const { recent } = await told<HomeTold>('/home');
    const by = Object.fromEntries(recent.rollouts.map((line) => [line.rollout, line]));
    expect(by).toMatchObject({
      whole: { status: 'solved' },
      damaged: { status: 'unreadable', reason: expect.stringContaining('event 3') },
      newer: { status: 'unreadable', reason: expect.stringContaining('newer') },
    });
  }
});

it('shows one that could not be read for a while as it is afterwards', async () => {
  const events = await solvedEvents();
  const { store, told } = studio();
  journal(store, 'busy', events);
  const read = vi.spyOn(store, 'read').mockImplementation(() => {
    throw new OperatorError('store-busy', 'the store is locked by another process');
  });
  const { recent } = await told<HomeTold>('/home');
  expect(recent.rollouts).toMatchObject([
    { status: 'unreadable', reason: expect.stringContaining('locked') },
  ]);
  read.mockRestore();
  expect((await told<HomeTold>('/home')).recent.rollouts).toMatchObject([{ status: 'solved' }]);
});
