import { createGoogle } from '@ai-sdk/google';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderSettings } from './settings.ts';

export function create({ apiKey, baseURL, headers, fetch, model }: ProviderSettings): LanguageModelV4 {
  return createGoogle({
    apiKey,
    headers: { ...headers },
    fetch,
    ...(baseURL === undefined ? {} : { baseURL }),
  }).languageModel(model);
}
