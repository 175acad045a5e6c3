import { createAnthropic } from '@ai-sdk/anthropic';
import type { LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderSettings } from './settings.ts';

/** Base URLs are given with and without the version; the package wants it. */
export function create({ apiKey, baseURL, headers, fetch, model }: ProviderSettings): LanguageModelV4 {
  const url = baseURL?.replace(/\/+$/, '');
  const versioned = url === undefined || /\/v\d+$/.test(url) ? url : `${url}/v1`;
  return createAnthropic({
    apiKey,
    headers: { ...headers },
    fetch,
    ...(versioned === undefined ? {} : { baseURL: versioned }),
  }).languageModel(model);
}
