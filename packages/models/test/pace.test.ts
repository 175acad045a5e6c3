import { openStore } from '@heddle/core';
import { expect, it } from 'vitest';
import { ask } from '../src/ask.ts';
import { Pace } from '../src/pace.ts';
import { scriptedModel } from '../src/scripted.ts';

const REQUEST = {
  prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'hello' }] }],
  tools: [],
};

/** A model whose waits are noted, not waited for. */
function paced(limit: ConstructorParameters<typeof Pace>[2], store = openStore(':memory:')) {
  const waits: number[] = [];
  const clock = {
    sleep: async (seconds: number, signal?: AbortSignal) => {
      signal?.throwIfAborted();
      waits.push(seconds);
    },
  };
  const model = {
    ...scriptedModel(() => ({ text: 'hi' })),
    clock,
    pace: new Pace(store.rates, 'account', limit),
  };
  return { model, waits, store };
}

it('models of one account share what a minute allows, in whatever process', async () => {
  const one = paced({ requestsPerMinute: 2 });
  const other = paced({ requestsPerMinute: 2 }, one.store);
  await ask(one.model, REQUEST);
  await ask(other.model, REQUEST);
  expect([...one.waits, ...other.waits]).toEqual([]);
  await ask(one.model, REQUEST);
  expect(one.waits[0]).toBeGreaterThan(0);
  expect(one.waits[0]).toBeLessThanOrEqual(30);
});

it('what was estimated too high is given back, and all of it when the wait is given up', async () => {
  const { model, store, waits } = paced({ tokensPerMinute: 1_000 });
  const long = {
    ...REQUEST,
    prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'x'.repeat(3_600) }] }],
  };
  // A scripted model counts next to nothing: each of these takes nearly the whole minute and gives it back.
  for (let i = 0; i < 3; i++) await ask(model, long);
  expect(waits).toEqual([]);
  store.rates.take('account', { tokensPerMinute: 1_000 }, 1_000);
  await expect(ask(model, long, { signal: AbortSignal.abort() })).rejects.toThrow();
  store.rates.giveBack('account', { tokensPerMinute: 1_000 }, 1_000);
  expect(store.rates.take('account', { tokensPerMinute: 1_000 }, 900)).toBe(0);
});
