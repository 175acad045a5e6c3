import type { LanguageModelV4Message, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { digestOf } from '@heddle/core';
import type { Dialect, Logprobs, ModelRequest, TokenProbability } from './model.ts';

/** The part of a dialect that depends on the wire format alone. */
type Format = Pick<Dialect, 'prepare' | 'logprobs' | 'reportedUsd'>;

const EPHEMERAL = { type: 'ephemeral' };

/** `provider` is the short name before the slash: the key under which compatible servers' options stand. */
export function anthropicFormat(): Format {
  return { prepare: withCacheMarks };
}

/**
 * OpenAI caches prefixes by itself; requests with one key are sent to the machine that has the prefix.
 * Nothing is stored at OpenAI's end: reasoning travels encrypted inside the conversation instead, so that
 * a rollout can be resumed or forked at any time from its journal alone.
 */
export function openaiFormat(api: 'responses' | 'chat'): Format {
  return {
    prepare: (request) => ({
      ...request,
      providerOptions: {
        openai: {
          promptCacheKey: conversationKey(request),
          ...(api === 'responses' ? { store: false } : {}),
        },
      },
    }),
    // Log-probabilities and thinking exclude each other.
    logprobs: logprobs('openai', { openai: { logprobs: TOP_LOGPROBS } }, { effort: 'none' }),
  };
}

/** Gemini caches prefixes by itself and its package cannot ask for log-probabilities. */
export function googleFormat(): Format {
  return { prepare: (request) => request };
}

export function compatibleFormat(provider: string, model: string): Format {
  const asked = { logprobs: true, top_logprobs: TOP_LOGPROBS };
  return {
    // OpenRouter marks the end of the prompt itself when asked at the top of the request; only Anthropic's need it.
    prepare: (request) =>
      provider === 'openrouter' && model.startsWith('anthropic/')
        ? { ...request, providerOptions: { [provider]: { cache_control: EPHEMERAL } } }
        : request,
    logprobs: logprobs(provider, { [provider]: asked }),
    ...(provider === 'openrouter' ? { reportedUsd: openrouterCost } : {}),
  };
}

function openrouterCost(rawUsage: unknown): number | undefined {
  const cost = (rawUsage as { cost?: unknown } | null | undefined)?.cost;
  return typeof cost === 'number' && cost >= 0 ? cost : undefined;
}

/**
 * Four marks, the most Anthropic allows: the tools, the system prompt, and the last two turns that are not the
 * model's. The last one is what the next request will read; the one before is found again when the last turn
 * was a new branch (a fork, a retry after an edit).
 */
function withCacheMarks(request: ModelRequest): ModelRequest {
  const { prompt, tools } = request;
  const marked = new Set<number>();
  marked.add(prompt.findLastIndex(({ role }) => role === 'system'));
  for (let i = prompt.length - 1; i >= 0 && marked.size < 3; i -= 1)
    if (prompt[i]!.role === 'user' || prompt[i]!.role === 'tool') marked.add(i);
  return {
    prompt: prompt.map((message, index) => (marked.has(index) ? withMark(message) : message)),
    tools: tools.map((tool, index) => (index === tools.length - 1 ? withMark(tool) : tool)),
  };
}

function withMark<T extends Pick<LanguageModelV4Message, 'providerOptions'>>(item: T): T {
  const { providerOptions } = item;
  return {
    ...item,
    providerOptions: {
      ...providerOptions,
      anthropic: { ...providerOptions?.anthropic, cacheControl: EPHEMERAL },
    },
  };
}

/** OpenAI cuts longer keys off. */
const CACHE_KEY_CHARS = 32;

/** The same for every request of one conversation, and for its forks: made of how it begins. */
function conversationKey({ prompt }: ModelRequest): string {
  const opening = prompt.slice(0, prompt.findIndex(({ role }) => role === 'user') + 1);
  return `heddle-${digestOf(JSON.stringify(opening))}`.slice(0, CACHE_KEY_CHARS);
}

/** `Yes`, `yes`, ` YES`…: a handful of spellings share the probability of an answer. */
const TOP_LOGPROBS = 10;

function logprobs(
  provider: string,
  providerOptions: Logprobs['providerOptions'],
  options: Logprobs['options'] = {},
): Logprobs {
  return { options, providerOptions, read: (metadata) => firstToken(metadata[provider]?.logprobs) };
}

/** Chat gives a list of tokens, Responses one list per part of the text. Blank tokens before the answer don't count. */
function firstToken(
  value: SharedV4ProviderMetadata[string][string] | undefined,
): readonly TokenProbability[] | undefined {
  const tokens = Array.isArray(value) ? (value.flat() as unknown[]) : [];
  const first = tokens.find((token) => isToken(token) && token.token.trim() !== '');
  if (!isToken(first)) return undefined;
  const alternatives = (first as { top_logprobs?: unknown }).top_logprobs;
  return Array.isArray(alternatives) && alternatives.length > 0 ? alternatives.filter(isToken) : [first];
}

function isToken(value: unknown): value is TokenProbability {
  const token = value as Partial<TokenProbability> | null | undefined;
  return typeof token?.token === 'string' && typeof token.logprob === 'number';
}
