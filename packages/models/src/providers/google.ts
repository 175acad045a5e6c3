import { createGoogle } from '@ai-sdk/google';
import type { EmbeddingModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderSettings } from './settings.ts';

export function create(settings: ProviderSettings): LanguageModelV4 {
  return client(settings).languageModel(settings.model);
}

export function createEmbedding(settings: ProviderSettings): EmbeddingModelV4 {
  return client(settings).embedding(settings.model);
}

function client({ apiKey, baseURL, headers, fetch }: ProviderSettings) {
  return createGoogle({
    apiKey,
    headers: { ...headers },
    fetch,
    ...(baseURL === undefined ? {} : { baseURL }),
  });
}
