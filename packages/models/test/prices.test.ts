import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { costOf, priceOf } from '../src/index.ts';
import { listedModels } from '../src/prices.ts';

const usage = {
  inputTokens: 1_000_000,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  outputTokens: 1_000_000,
  reasoningTokens: 0,
};

test('the longest prefix decides, so dated ids and siblings get their own price', () => {
  expect(priceOf('openai/gpt-5').price.input).toBe(1.25);
  expect(priceOf('openai/gpt-5-mini-2025-08-07').price.input).toBe(0.25);
  expect(priceOf('anthropic/claude-sonnet-5').price.cacheRead).toBe(0.2);
  expect(priceOf('anthropic/claude-sonnet-5-5').price.cacheRead).toBe(0.1);
  expect(priceOf('anthropic/claude-fable-5-2').price.cacheRead).toBe(0.25);
  expect(priceOf('anthropic/claude-haiku-4-5-20251001').contextTokens).toBe(200_000);
});

test('an unknown model costs zero and says that it is unknown', () => {
  const { price } = priceOf('anthropic/gpt-oss');
  expect(price).toEqual({ input: 0, output: 0, cacheRead: 0, cacheWrite: 0, unknown: true });
  expect(costOf(usage, price)).toBe(0);
});

test("the user's prices come first, and need only say what differs", () => {
  const prices = {
    'openai/gpt-5': { input: 9, output: 9 },
    'mine/': { input: 1, output: 2, contextTokens: 32_000 },
  };
  expect(priceOf('openai/gpt-5-mini', prices)).toEqual({
    price: { input: 9, output: 9, cacheRead: 9, cacheWrite: 9 },
    contextTokens: 400_000,
  });
  expect(priceOf('mine/qwen', prices).contextTokens).toBe(32_000);
  expect(priceOf('mine/qwen', prices).price.unknown).toBeUndefined();
});

test('a long request is charged the long price as a whole', () => {
  const { price } = priceOf('openai/gpt-6.1-sol');
  expect(costOf({ ...usage, inputTokens: 272_000, outputTokens: 0 }, price)).toBeCloseTo(0.272 * 2, 9);
  expect(costOf({ ...usage, inputTokens: 272_001, outputTokens: 0 }, price)).toBeCloseTo(0.272001 * 4, 9);
});

test('every token is charged once: cached ones at their own price, reasoning within the output', async () => {
  const count = fc.integer({ min: 0, max: 100_000 });
  await fc.assert(
    fc.property(count, count, count, count, (fresh, read, write, output) => {
      const price = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };
      const cost = costOf(
        {
          inputTokens: fresh + read + write,
          cacheReadTokens: read,
          cacheWriteTokens: write,
          outputTokens: output,
          reasoningTokens: Math.floor(output / 2),
        },
        price,
      );
      expect(cost).toBeCloseTo((fresh * 3 + read * 0.3 + write * 3.75 + output * 15) / 1e6, 9);
    }),
  );
});

test('the default models and all listed ones have a price', () => {
  for (const provider of ['anthropic', 'openai', 'google']) {
    expect(listedModels(provider).length).toBeGreaterThan(5);
    for (const id of listedModels(provider)) {
      const { price, contextTokens } = priceOf(id);
      expect(price.unknown).toBeUndefined();
      expect(price.cacheRead).toBeLessThan(price.input);
      expect(contextTokens).toBeGreaterThanOrEqual(128_000);
    }
  }
});
