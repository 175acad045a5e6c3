import { readRollout, solve } from '@heddle/agent';
import { scriptedModel } from '@heddle/models';
import { expect, it } from 'vitest';
import { newsOf } from '../../src/reading/rollout/news.ts';
import type { AskTold, DoingTold } from '../../src/told/doing.ts';
import type { RolloutTold } from '../../src/told/rollout.ts';
import { BUGGY, journal, repository, SOLVING, studio } from '../support.ts';

const AT = Date.UTC(2026, 10, 21);
const EDIT = { command: 'replace', path: 'sum.js', old: 'let i = 1', new: 'let i = 0' };

it('tells what is asked oldest first, with its task and its input by name, and since when a rollout waits', async () => {
  const here = studio();
  const { rollout } = await solve(
    { task: 'fix the sum\nsoon', repo: repository(BUGGY), model: scriptedModel(SOLVING), sandbox: 'host' },
    here,
  );
  const events = readRollout(here.store, rollout).map(({ event }) => event);
  const { store, told, context } = studio();
  journal(store, 'asks', events.slice(0, 4));
  store.claim('asks');
  expect((await told<RolloutTold>('/rollouts/asks')).waitsSince).toBeNull();
  const { cursor } = await told<RolloutTold>('/rollouts/asks');
  const asked = (input: unknown) => ({ step: 2, tool: 'edit', input, because: 'it writes' });
  const row = { rollout: 'asks', kind: 'approval' } as const;
  store.desk.ask({ ...row, ask: 'second', asked: asked({ ...EDIT, note: 'a\u202eb' }), at: AT + 2_000 });
  store.desk.ask({ ...row, ask: 'first', asked: asked(EDIT), at: AT + 1_000 });

  const asks = await told<AskTold[]>('/asks');
  expect(asks.map(({ ask, task }) => [ask, task])).toEqual([
    ['first', 'fix the sum'],
    ['second', 'fix the sum'],
  ]);
  const [first, second] = asks;
  const input = first?.asked?.kind === 'approval' ? first.asked.input : [];
  expect(input.map(({ name, value }) => [name, value.text])).toEqual(Object.entries(EDIT));
  expect(JSON.stringify(second)).not.toContain('\u202e');
  expect((await told<DoingTold>('/rollouts/asks/doing')).asks).toEqual(asks);
  // That it waits is news, though nothing has happened.
  expect(newsOf(context, 'asks', cursor)!.data.head.waitsSince).toBe(AT + 1_000);

  store.desk.answer({ rollout: 'asks', ask: 'first', answer: { allow: true }, at: AT + 3_000 });
  expect((await told<AskTold[]>('/asks')).map(({ ask }) => ask)).toEqual(['second']);
  store.release('asks');
  expect((await told<RolloutTold>('/rollouts/asks')).waitsSince).toBeNull();
});
