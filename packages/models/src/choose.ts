import { type ModelsConfig, relayContextTokens } from './config.ts';
import { listedModels, priceOf } from './prices.ts';
import {
  keySourceOf,
  PROVIDERS,
  type ProviderEntry,
  type ProviderName,
  type ResolvedProvider,
  resolveProvider,
} from './registry.ts';

/** Needs no key, no network and no money. */
const OFFLINE_MODEL = 'repair';

export interface Choice {
  readonly spec: string;
  /** For people: `--model`, `the configuration`, or the variable that was found. */
  readonly why: string;
}

/** The model to use: the one named, else the configuration's, else by the first key in the environment, else `repair`. */
export function defaultModel(env: NodeJS.ProcessEnv, config: ModelsConfig = {}, named?: string): Choice {
  if (named) return { spec: named, why: '--model' };
  if (config.model) return { spec: config.model, why: 'the configuration' };
  for (const name of Object.keys(PROVIDERS) as ProviderName[]) {
    const provider = resolveProvider(name, env, config.providers?.[name]);
    if (provider?.defaultModel === undefined) continue;
    const key = keySourceOf(env, provider);
    if (key !== undefined)
      return { spec: `${name}/${provider.defaultModel}`, why: `${key.name} is in the environment` };
  }
  return { spec: OFFLINE_MODEL, why: 'no key is in the environment, and it needs none' };
}

/**
 * Who summarises for a rollout of the model `spec`: the one the configuration names, else its provider's small one, else
 * itself. Null: nobody, because the configuration says `none` or the model is no provider's.
 */
export function memoryModel(spec: string, config: ModelsConfig): string | null {
  if (config.memory !== undefined) return config.memory === 'none' ? null : config.memory;
  const [name] = spec.split(/[:/]/);
  if (name === undefined || spec[name.length] !== '/') return null;
  const entry: ProviderEntry | undefined = PROVIDERS[name as ProviderName];
  return entry?.smallModel === undefined ? spec : `${name}/${entry.smallModel}`;
}

/** One line of `heddle models`. */
export interface ListedModel {
  /** What `--model` takes; ends with `/…` where any model of a provider can follow. */
  readonly spec: string;
  readonly usable: boolean;
  readonly isDefault: boolean;
  /** Why it can be used, or what is missing. */
  readonly why: string;
  /** Dollars per million tokens; null where none is known. */
  readonly price: { readonly input: number; readonly output: number } | null;
  readonly contextTokens: number | null;
}

/** A server on one's own machine answers at once or is not there. */
const PROBE_MILLISECONDS = 500;

/**
 * What can be used now and why, the default marked. Providers with a key are listed without asking them;
 * local servers are asked which models they hold.
 */
export async function listModels(env: NodeJS.ProcessEnv, config: ModelsConfig = {}): Promise<ListedModel[]> {
  const chosen = defaultModel(env, config).spec;
  const names = [...new Set([...Object.keys(PROVIDERS), ...Object.keys(config.providers ?? {})])];
  const perProvider = await Promise.all(
    names.map(async (name) => {
      const provider = resolveProvider(name, env, config.providers?.[name]);
      return provider === undefined ? [withoutBaseURL(name)] : await modelsOf(provider, env, config);
    }),
  );
  const models = [repairLine(), ...perProvider.flat(), relayLine(config)];
  if (!models.some(({ spec }) => spec === chosen)) models.unshift(chosenLine(chosen, env, config));
  return models.map((model) => ({ ...model, isDefault: model.spec === chosen }));
}

type Line = Omit<ListedModel, 'isDefault'>;

function repairLine(): Line {
  return {
    spec: OFFLINE_MODEL,
    usable: true,
    why: 'built in: searches for small repairs, no key, no network',
    price: { input: 0, output: 0 },
    contextTokens: null,
  };
}

function relayLine(config: ModelsConfig, spec = 'relay'): Line {
  return {
    spec,
    usable: true,
    why: 'built in: you or a program of yours answers, see `heddle relay --help`',
    price: { input: 0, output: 0 },
    contextTokens: relayContextTokens(config) ?? null,
  };
}

/** A default that no list holds: an own model of a listed provider, a script, a recording. */
function chosenLine(spec: string, env: NodeJS.ProcessEnv, config: ModelsConfig): Line {
  if (spec.startsWith('relay:')) return relayLine(config, spec);
  const name = spec.split('/', 1)[0]!;
  const provider = spec.includes('/') ? resolveProvider(name, env, config.providers?.[name]) : undefined;
  if (provider === undefined)
    return { spec, usable: !spec.includes('/'), why: 'the configuration', price: null, contextTokens: null };
  return { ...line(spec, config), ...access(provider, env) };
}

async function modelsOf(
  provider: ResolvedProvider,
  env: NodeJS.ProcessEnv,
  config: ModelsConfig,
): Promise<Line[]> {
  if (provider.local) return await localModels(provider, config);
  const given = access(provider, env);
  const listed = given.usable ? listedModels(provider.name) : [];
  return [...listed, `${provider.name}/…`].map((spec) => ({ ...line(spec, config), ...given }));
}

function access(provider: ResolvedProvider, env: NodeJS.ProcessEnv): Pick<Line, 'usable' | 'why'> {
  const key = keySourceOf(env, provider);
  if (key !== undefined)
    return { usable: true, why: provider.keyFile ? `its key is in ${key.name}` : `${key.name} is set` };
  if (provider.keys.length > 0) return { usable: false, why: `set ${provider.keys.join(' or ')}` };
  return { usable: true, why: `needs no key (${provider.baseURL})` };
}

function line(spec: string, config: ModelsConfig): Pick<Line, 'spec' | 'price' | 'contextTokens'> {
  const { price, contextTokens } = priceOf(spec, config.prices);
  return price.unknown
    ? { spec, price: null, contextTokens: null }
    : { spec, price: { input: price.input, output: price.output }, contextTokens };
}

async function localModels(provider: ResolvedProvider, config: ModelsConfig): Promise<Line[]> {
  const free = { price: { input: 0, output: 0 }, contextTokens: null };
  const names = await modelsAt(provider.baseURL!);
  if (names === undefined)
    return [{ spec: `${provider.name}/…`, usable: false, why: `no server at ${provider.baseURL}`, ...free }];
  return names.map((name) => {
    const own = line(`${provider.name}/${name}`, config);
    return {
      ...own,
      ...(own.price === null ? free : {}),
      usable: true,
      why: `served at ${provider.baseURL}`,
    };
  });
}

async function modelsAt(baseURL: string): Promise<string[] | undefined> {
  try {
    const response = await fetch(`${baseURL.replace(/\/+$/, '')}/models`, {
      signal: AbortSignal.timeout(PROBE_MILLISECONDS),
    });
    if (!response.ok) return undefined;
    const body = (await response.json()) as { data?: readonly { id?: unknown }[] } | null;
    return (body?.data ?? []).flatMap(({ id }) => (typeof id === 'string' ? [id] : []));
  } catch {
    return undefined;
  }
}

function withoutBaseURL(name: string): Line {
  return {
    spec: `${name}/…`,
    usable: false,
    why: `give providers.${name} a baseURL in the configuration`,
    price: null,
    contextTokens: null,
  };
}
