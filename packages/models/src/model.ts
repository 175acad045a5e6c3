import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ContentPart, Usage } from '@heddle/core';

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
  /** Provider options sent with each request (cache marks, effort), already in the provider's dialect. */
  readonly options: ModelOptions;
}

/** US dollars per million tokens. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface ModelOptions {
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly seed?: number;
  readonly effort?: 'none' | 'minimal' | 'low' | 'medium' | 'high' | 'xhigh' | 'max';
}

/** A whole reply. `content` keeps the order in which the model wrote it. */
export interface Reply {
  readonly content: ContentPart[];
  readonly finish: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'other';
  readonly usage: Usage;
  readonly usd: number;
  readonly seconds: number;
}
