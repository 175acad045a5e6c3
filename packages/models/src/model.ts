import type {
  LanguageModelV4,
  LanguageModelV4FunctionTool,
  LanguageModelV4Prompt,
  SharedV4ProviderMetadata,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import type { ContentPart, Usage } from '@heddle/core';
import type { Clock } from './clock.ts';
import type { EFFORTS } from './config.ts';
import type { Key } from './key.ts';
import type { Overload } from './overload.ts';
import type { Pace } from './pace.ts';

/**
 * A model Heddle can ask: the AI SDK's language-model interface plus what a caller needs to know about it.
 * Any AI SDK provider package fits; `repair`, `recorded`, `scripted` and `relay` are models that are no provider.
 */
export interface Model {
  /** As given by the user and journaled: `anthropic/claude-…`, `repair`, `relay`… */
  readonly id: string;
  readonly language: LanguageModelV4;
  /** Tokens it can read in one request. */
  readonly contextTokens: number;
  readonly price: Price;
  /** Settings sent with each request, in Heddle's terms. */
  readonly options: ModelOptions;
  /** Opt-in tools this model needs beside the default ones (the repair model has its own). */
  readonly tools?: readonly string[];
  /** False: it works by tools only and answers no question in words. */
  readonly answers?: false;
  /** It thinks in this process and its sandbox: more at a time than there are processors gain nothing. */
  readonly embedded?: true;
  /** `import.meta.url` of a model that is code of ours: what answers with it is a part of an agent's version. */
  readonly source?: string;
  /** What its provider wants beyond the plain request; absent for a model that is no provider. */
  readonly dialect?: Dialect;
  /** Shared by all in this process that ask the same provider with the same key. */
  readonly overload?: Overload;
  /** Shared by all processes on one store that ask the same provider with the same key; absent where no rate is set. */
  readonly pace?: Pace;
  /** By which tries wait; default: the machine's. */
  readonly clock?: Partial<Clock>;
  /** Loads what a first request needs, at once: for a moment when there is nothing else to do. */
  warm?(): void;
}

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** A request with more input tokens than `tokens` is charged these prices as a whole. */
  readonly above?: { readonly tokens: number } & Omit<Price, 'above' | 'unknown'>;
  /** No price is known: all are zero, and a cost made of them must be shown as unknown. */
  readonly unknown?: true;
}

export type Effort = (typeof EFFORTS)[number];

export interface ModelOptions {
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly effort?: Effort;
}

/**
 * What is asked of a model: the whole conversation so far and the tools it may call.
 * The input of a call that goes back must be an object, whatever the model had written: providers take nothing else.
 */
export interface ModelRequest {
  readonly prompt: LanguageModelV4Prompt;
  readonly tools: readonly LanguageModelV4FunctionTool[];
}

/** How one provider differs from the others. Live functions: never journaled. */
export interface Dialect {
  readonly format: WireFormat;
  /** Adds prompt-cache marks and keys. What the model reads stays the same, byte for byte. */
  prepare(request: ModelRequest): ModelRequest & { readonly providerOptions?: SharedV4ProviderOptions };
  /** How to ask for the log-probabilities of the answer's first token; absent where a provider gives none. */
  readonly logprobs?: Logprobs;
  /** Dollars the provider says it charged, where it says so. */
  reportedUsd?(rawUsage: unknown): number | undefined;
  /** Takes the provider's key out of a text, and those it had before. */
  mask(text: string): string;
  /** Where the key came from, for the hint of a refusal; null for a server without keys. */
  readonly keyFrom: string | null;
  /** The key as it is now; absent for a server without keys. */
  readonly key?: Pick<Key, 'generation' | 'renew'>;
}

export type WireFormat = 'anthropic' | 'openai' | 'openai-chat' | 'google' | 'compatible';

export interface Logprobs {
  /** Settings without which they don't come: some models give none while they think. */
  readonly options: ModelOptions;
  readonly providerOptions: SharedV4ProviderOptions;
  /** Alternatives for the first token of the answer, or undefined if they did not come. */
  read(metadata: SharedV4ProviderMetadata): readonly TokenProbability[] | undefined;
}

export interface TokenProbability {
  readonly token: string;
  /** Natural logarithm. */
  readonly logprob: number;
}

/** A whole reply. `content` keeps the order in which the model wrote it. */
export interface Reply {
  readonly content: ContentPart[];
  readonly finish: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other';
  readonly usage: Usage;
  readonly usd: number;
  readonly seconds: number;
}
