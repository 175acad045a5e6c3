import { createOpenAI } from '@ai-sdk/openai';
import type { EmbeddingModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderSettings } from './settings.ts';

/** The Responses API: the one in which reasoning survives between calls. */
export function create(settings: ProviderSettings): LanguageModelV4 {
  return client(settings).responses(settings.model);
}

/** Chat completions, for gateways that speak only those. */
export function createChat(settings: ProviderSettings): LanguageModelV4 {
  return client(settings).chat(settings.model);
}

export function createEmbedding(settings: ProviderSettings): EmbeddingModelV4 {
  return client(settings).embedding(settings.model);
}

function client({ apiKey, baseURL, headers, fetch }: ProviderSettings) {
  return createOpenAI({
    apiKey,
    headers: { ...headers },
    fetch,
    ...(baseURL === undefined ? {} : { baseURL }),
  });
}
