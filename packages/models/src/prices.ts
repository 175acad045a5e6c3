import type { Usage } from '@heddle/core';
import type { Price } from './model.ts';

/** When the table below was last compared with the providers' price pages. */
export const PRICES_DATE = '2026-11-21';

/** Dollars per million tokens and the context window of one family of models. */
export interface PriceEntry extends Omit<Price, 'unknown'> {
  readonly contextTokens: number;
}

/** What an unlisted model is assumed to read: small enough to hold for any current one. */
const UNKNOWN_CONTEXT_TOKENS = 128_000;

export const FREE: Price = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
const UNKNOWN: Price = { ...FREE, unknown: true };

/**
 * Prefix of `provider/model` -> entry; the longest prefix that fits wins, so dated ids need no line of their own.
 * Google's cached reads are listed without the hourly storage of explicit caches, which Heddle never makes.
 */
const TABLE: Readonly<Record<string, PriceEntry>> = {
  'anthropic/claude-fable-5-': anthropic(10, 50, 0.25),
  'anthropic/claude-fable-5': anthropic(10, 50),
  'anthropic/claude-opus-5-5': anthropic(4, 20, 0.2),
  'anthropic/claude-opus-5': anthropic(5, 25),
  'anthropic/claude-opus-4-8': anthropic(5, 25),
  'anthropic/claude-opus-4-7': anthropic(5, 25),
  'anthropic/claude-opus-4-6': anthropic(5, 25),
  'anthropic/claude-opus-4-5': { ...anthropic(5, 25), contextTokens: 200_000 },
  'anthropic/claude-opus-4': { ...anthropic(15, 75), contextTokens: 200_000 },
  'anthropic/claude-sonnet-5-5': anthropic(2, 10, 0.1),
  'anthropic/claude-sonnet-5': anthropic(2, 10),
  'anthropic/claude-sonnet-4-6': anthropic(3, 15),
  'anthropic/claude-sonnet-4': { ...anthropic(3, 15), contextTokens: 200_000 },
  'anthropic/claude-haiku-5-5': {
    ...anthropic(0.1, 0.5),
    above: { tokens: 100_000, ...rates(0.5, 2.5, 0.05, 0.625) },
  },
  'anthropic/claude-haiku-4-5': { ...anthropic(1, 5), contextTokens: 200_000 },
  'openai/gpt-6-astra': openai(10, 50, 1),
  'openai/gpt-6.1-sol': openai(2, 10, 0.1),
  'openai/gpt-6-sol': openai(2, 10, 0.2),
  'openai/gpt-6.1-terra': openai(1, 5, 0.1),
  'openai/gpt-6-luna': openai(0.1, 0.5, 0.01),
  'openai/gpt-5.6': openai(4, 20, 0.4),
  'openai/gpt-5.6-terra': openai(2, 12, 0.2),
  'openai/gpt-5.6-luna': openai(0.2, 1.2, 0.02),
  'openai/gpt-5.5': openai(5, 30, 0.5),
  'openai/gpt-5.4': openai(2.5, 15, 0.25),
  'openai/gpt-5.4-mini': flat(0.75, 4.5, 0.075, 400_000),
  'openai/gpt-5.4-nano': flat(0.2, 1.25, 0.02, 400_000),
  'openai/gpt-5.3-codex': flat(1.75, 14, 0.175, 400_000),
  'openai/gpt-5.2': flat(1.75, 14, 0.175, 400_000),
  'openai/gpt-5.1': flat(1.25, 10, 0.125, 400_000),
  'openai/gpt-5': flat(1.25, 10, 0.125, 400_000),
  'openai/gpt-5-mini': flat(0.25, 2, 0.025, 400_000),
  'openai/gpt-5-nano': flat(0.05, 0.4, 0.005, 400_000),
  'openai/gpt-4.1': flat(2, 8, 0.5, 1_047_576),
  'openai/gpt-4.1-mini': flat(0.4, 1.6, 0.1, 1_047_576),
  'openai/gpt-4.1-nano': flat(0.1, 0.4, 0.025, 1_047_576),
  'openai/gpt-4o': flat(2.5, 10, 1.25, 128_000),
  'openai/gpt-4o-mini': flat(0.15, 0.6, 0.075, 128_000),
  'google/gemini-4-argon': flat(2, 10, 0.1, 1_048_576),
  'google/gemini-3.8-flash': flat(0.75, 3.75, 0.075, 1_048_576),
  'google/gemini-3.7-flash': flat(0.75, 3.75, 0.075, 1_048_576),
  'google/gemini-3.6-flash': flat(0.75, 3.75, 0.075, 1_048_576),
  'google/gemini-3.5-flash-lite': flat(0.3, 2.5, 0.03, 1_048_576),
  'google/gemini-3.5-flash': flat(1.5, 9, 0.15, 1_048_576),
  'google/gemini-3.1-pro': {
    ...flat(2, 12, 0.2, 1_048_576),
    above: { tokens: 200_000, ...rates(4, 18, 0.4, 4) },
  },
  'google/gemini-2.5-pro': {
    ...flat(1.25, 10, 0.125, 1_048_576),
    above: { tokens: 200_000, ...rates(2.5, 15, 0.25, 2.5) },
  },
  'google/gemini-2.5-flash': flat(0.3, 2.5, 0.03, 1_048_576),
  'google/gemini-2.5-flash-lite': flat(0.1, 0.4, 0.01, 1_048_576),
};

function rates(input: number, output: number, cacheRead: number, cacheWrite: number) {
  return { input, output, cacheRead, cacheWrite };
}

/** Writing to the five-minute cache costs a quarter more than plain input. */
function anthropic(input: number, output: number, cacheRead = input / 10): PriceEntry {
  return { ...rates(input, output, cacheRead, input * 1.25), contextTokens: 1_000_000 };
}

/** Above 272,000 input tokens, input and cache cost double and output half as much again. */
function openai(input: number, output: number, cacheRead: number): PriceEntry {
  return {
    ...rates(input, output, cacheRead, input * 1.25),
    contextTokens: 1_050_000,
    above: { tokens: 272_000, ...rates(input * 2, output * 1.5, cacheRead * 2, input * 2.5) },
  };
}

function flat(input: number, output: number, cacheRead: number, contextTokens: number): PriceEntry {
  return { ...rates(input, output, cacheRead, input), contextTokens };
}

/** A user's own prices: the same shape, every field but `input` and `output` optional. */
export type PriceOverrides = Readonly<
  Record<string, Partial<PriceEntry> & Pick<PriceEntry, 'input' | 'output'>>
>;

/** `id` is `provider/model`. The user's prices come before the table, then the longest prefix decides. */
export function priceOf(
  id: string,
  overrides: PriceOverrides = {},
): { readonly price: Price; readonly contextTokens: number } {
  const own = longestPrefix(id, overrides);
  if (own !== undefined) {
    const { contextTokens, cacheRead = own.input, cacheWrite = own.input, ...rest } = own;
    return {
      price: { ...rest, cacheRead, cacheWrite },
      contextTokens: contextTokens ?? longestPrefix(id, TABLE)?.contextTokens ?? UNKNOWN_CONTEXT_TOKENS,
    };
  }
  const entry = longestPrefix(id, TABLE);
  if (entry === undefined) return { price: UNKNOWN, contextTokens: UNKNOWN_CONTEXT_TOKENS };
  const { contextTokens, ...price } = entry;
  return { price, contextTokens };
}

/** Listed models of a provider, in the table's order: newest and strongest first. */
export function listedModels(provider: string): string[] {
  return Object.keys(TABLE).filter((id) => id.startsWith(`${provider}/`) && !id.endsWith('-'));
}

function longestPrefix<T>(id: string, table: Readonly<Record<string, T>>): T | undefined {
  let best: string | undefined;
  for (const prefix of Object.keys(table))
    if (id.startsWith(prefix) && prefix.length > (best?.length ?? -1)) best = prefix;
  return best === undefined ? undefined : table[best];
}

/** Dollars for one reply. */
export function costOf(usage: Usage, price: Price): number {
  const rate = price.above !== undefined && usage.inputTokens > price.above.tokens ? price.above : price;
  const fresh = Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens);
  return (
    (fresh * rate.input +
      usage.cacheReadTokens * rate.cacheRead +
      usage.cacheWriteTokens * rate.cacheWrite +
      usage.outputTokens * rate.output) /
    1_000_000
  );
}
