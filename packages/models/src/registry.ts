import type { EmbeddingModelV4, LanguageModelV4 } from '@ai-sdk/provider';
import type { ProviderConfig } from './config.ts';
import { anthropicFormat, compatibleFormat, googleFormat, openaiFormat } from './dialects.ts';
import { type KeySource, keyInFile, keyInVariable } from './key.ts';
import type { Dialect, WireFormat } from './model.ts';
import type { ProviderSettings } from './providers/settings.ts';
import { LOCAL_SILENCE_SECONDS, SILENCE_SECONDS } from './silence.ts';

interface FormatEntry {
  readonly load: () => Promise<(settings: ProviderSettings) => LanguageModelV4>;
  /** Absent: it has no embeddings. */
  readonly loadEmbedding?: () => Promise<(settings: ProviderSettings) => EmbeddingModelV4>;
  readonly dialect: (
    provider: string,
    model: string,
  ) => Pick<Dialect, 'prepare' | 'logprobs' | 'reportedUsd'>;
}

/** One line per wire format; its package is imported by `load` alone. */
export const FORMATS: Readonly<Record<WireFormat, FormatEntry>> = {
  anthropic: {
    load: async () => (await import('./providers/anthropic.ts')).create,
    dialect: anthropicFormat,
  },
  openai: {
    load: async () => (await import('./providers/openai.ts')).create,
    loadEmbedding: async () => (await import('./providers/openai.ts')).createEmbedding,
    dialect: () => openaiFormat('responses'),
  },
  'openai-chat': {
    load: async () => (await import('./providers/openai.ts')).createChat,
    loadEmbedding: async () => (await import('./providers/openai.ts')).createEmbedding,
    dialect: () => openaiFormat('chat'),
  },
  google: {
    load: async () => (await import('./providers/google.ts')).create,
    loadEmbedding: async () => (await import('./providers/google.ts')).createEmbedding,
    dialect: googleFormat,
  },
  compatible: {
    load: async () => (await import('./providers/compatible.ts')).create,
    loadEmbedding: async () => (await import('./providers/compatible.ts')).createEmbedding,
    dialect: compatibleFormat,
  },
};

export interface ProviderEntry {
  readonly format: WireFormat;
  /** Environment variables that may hold the key, first one first; empty for a server without keys. */
  readonly keys: readonly string[];
  /** Environment variable that moves it elsewhere: a proxy, a gateway, a stand-in. */
  readonly baseURLEnv: string;
  /** Undefined: the package's own. */
  readonly baseURL?: string;
  /** Used when only its key is there and no model was named. */
  readonly defaultModel?: string;
  /** A cheap one for work beside the steps, such as summaries. */
  readonly smallModel?: string;
  /** Runs on one's own machine: free, and slow to begin. */
  readonly local?: true;
}

/** Short name -> provider. The order is the order of preference when several keys are there. */
export const PROVIDERS = {
  anthropic: {
    format: 'anthropic',
    keys: ['ANTHROPIC_API_KEY'],
    baseURLEnv: 'ANTHROPIC_BASE_URL',
    defaultModel: 'claude-sonnet-5-5',
    smallModel: 'claude-haiku-5-5',
  },
  openai: {
    format: 'openai',
    keys: ['OPENAI_API_KEY'],
    baseURLEnv: 'OPENAI_BASE_URL',
    defaultModel: 'gpt-6.1-sol',
    smallModel: 'gpt-6-luna',
  },
  google: {
    format: 'google',
    keys: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_API_KEY'],
    baseURLEnv: 'GOOGLE_GENERATIVE_AI_BASE_URL',
    defaultModel: 'gemini-3.8-flash',
    smallModel: 'gemini-3.5-flash-lite',
  },
  openrouter: {
    format: 'compatible',
    keys: ['OPENROUTER_API_KEY'],
    baseURLEnv: 'OPENROUTER_BASE_URL',
    baseURL: 'https://openrouter.ai/api/v1',
    defaultModel: 'anthropic/claude-sonnet-5.5',
  },
  ollama: {
    format: 'compatible',
    keys: [],
    baseURLEnv: 'OLLAMA_BASE_URL',
    baseURL: 'http://127.0.0.1:11434/v1',
    local: true,
  },
  vllm: {
    format: 'compatible',
    keys: [],
    baseURLEnv: 'VLLM_BASE_URL',
    baseURL: 'http://127.0.0.1:8000/v1',
    local: true,
  },
  lmstudio: {
    format: 'compatible',
    keys: [],
    baseURLEnv: 'LMSTUDIO_BASE_URL',
    baseURL: 'http://127.0.0.1:1234/v1',
    local: true,
  },
} as const satisfies Record<string, ProviderEntry>;

export type ProviderName = keyof typeof PROVIDERS;

/** A provider as it is to be used: the built-in entry, the configuration and the environment put together. */
export interface ResolvedProvider {
  readonly name: string;
  readonly format: WireFormat;
  readonly keys: readonly string[];
  /** From the configuration: comes before the variables. */
  readonly keyFile: string | undefined;
  readonly baseURL: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly silenceSeconds: number;
  readonly local: boolean;
  readonly defaultModel: string | undefined;
}

/** Undefined: no such name is built in, and the configuration has none with a base URL. */
export function resolveProvider(
  name: string,
  env: NodeJS.ProcessEnv,
  own: ProviderConfig | undefined,
): ResolvedProvider | undefined {
  const builtIn: ProviderEntry | undefined = Object.hasOwn(PROVIDERS, name)
    ? PROVIDERS[name as ProviderName]
    : undefined;
  const moved = builtIn && env[builtIn.baseURLEnv];
  const baseURL = moved || own?.baseURL || builtIn?.baseURL;
  if (builtIn === undefined && baseURL === undefined) return undefined;
  const local = builtIn?.local === true;
  return {
    name,
    format: own?.format ?? builtIn?.format ?? 'compatible',
    keys: own?.apiKeyEnv !== undefined ? [own.apiKeyEnv] : (builtIn?.keys ?? []),
    keyFile: own?.apiKeyFile,
    baseURL,
    headers: own?.headers ?? {},
    silenceSeconds: own?.silenceSeconds ?? (local ? LOCAL_SILENCE_SECONDS : SILENCE_SECONDS),
    local,
    defaultModel: builtIn?.defaultModel,
  };
}

/** A variable that holds a file's path in place of the key itself: `ANTHROPIC_API_KEY_FILE`. */
const FILE_SUFFIX = '_FILE';

/** Where a provider's key is: the file of the configuration, or the first of the variables that holds something. */
export function keySourceOf(
  env: NodeJS.ProcessEnv,
  { keys, keyFile }: Pick<ResolvedProvider, 'keys' | 'keyFile'>,
): KeySource | undefined {
  if (keyFile !== undefined) return keyInFile(keyFile, keyFile);
  for (const name of keys) {
    if (env[name]?.trim()) return keyInVariable(env, name);
    const path = env[`${name}${FILE_SUFFIX}`]?.trim();
    if (path) return keyInFile(path, `${name}${FILE_SUFFIX}`);
  }
  return undefined;
}
