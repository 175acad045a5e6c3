import type { RolloutEvent } from '@heddle/core';
import { expect, it, vi } from 'vitest';
import type { RolloutTold } from '../../src/told/rollout.ts';
import { journal, solvedEvents, studio } from '../support.ts';

const MANY = 4_000;

it('reads a long journal once, and answers others meanwhile', async () => {
  const { store, ask } = studio();
  const events = await solvedEvents();
  const hint = { type: 'note.added', from: 'harness', about: 'hint', text: 'go on' } as const;
  const hints = Array.from({ length: MANY }, (): RolloutEvent => hint);
  journal(store, 'long', [...events.slice(0, -1), ...hints, events.at(-1)!]);
  const read = vi.spyOn(store, 'read');
  const order: string[] = [];
  const long = async () => {
    const told = (await (await ask('/rollouts/long')).json()) as RolloutTold;
    order.push(told.line.status);
  };
  const short = async () => {
    await ask('/versions');
    order.push('versions');
  };
  await Promise.all([long(), long(), short()]);
  expect(order).toEqual(['versions', 'solved', 'solved']);
  const begun = read.mock.calls.filter(([id, from]) => id === 'long' && from === 0);
  // The first event alone tells whose part it is.
  expect(begun.filter(([, , limit]) => limit === undefined)).toHaveLength(1);
});
