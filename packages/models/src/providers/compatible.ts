import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { EmbeddingModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderSettings } from './settings.ts';

/** Any server that speaks OpenAI's chat completions: Ollama, vLLM, LM Studio, OpenRouter, gateways. */
export function create(settings: ProviderSettings): LanguageModelV4 {
  const { provider } = settings;
  return createOpenAICompatible({
    ...serverOf(settings),
    includeUsage: true,
    // The package drops log-probabilities unless they are picked out of the raw chunks.
    metadataExtractor: {
      extractMetadata: async () => undefined,
      createStreamExtractor: () => {
        const logprobs: unknown[] = [];
        return {
          processChunk: (chunk) => logprobs.push(...logprobsIn(chunk)),
          buildMetadata: () =>
            logprobs.length > 0 ? ({ [provider]: { logprobs } } as Record<string, never>) : undefined,
        };
      },
    },
  }).languageModel(settings.model);
}

export function createEmbedding(settings: ProviderSettings): EmbeddingModelV4 {
  return createOpenAICompatible(serverOf(settings)).embeddingModel(settings.model);
}

function serverOf({ provider, apiKey, baseURL, headers, fetch }: ProviderSettings) {
  return {
    name: provider,
    baseURL: baseURL!,
    headers: { ...headers },
    fetch,
    ...(apiKey === '' ? {} : { apiKey }),
  };
}

interface Chunk {
  readonly choices?: readonly {
    readonly logprobs?: { readonly content?: readonly unknown[] | null } | null;
  }[];
}

function logprobsIn(chunk: unknown): readonly unknown[] {
  const content = (chunk as Chunk | null)?.choices?.[0]?.logprobs?.content;
  return Array.isArray(content) ? content : [];
}
