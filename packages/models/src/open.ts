import { digestOf, EXIT, OperatorError, type RateTable } from '@heddle/core';
import { answerOf } from './answer.ts';
import type { Clock } from './clock.ts';
import { EFFORTS, type ModelsConfig, relayContextTokens } from './config.ts';
import { incremental } from './incremental.ts';
import { Key } from './key.ts';
import { maskKeys } from './mask.ts';
import type { Effort, Model } from './model.ts';
import { Overload } from './overload.ts';
import { Pace } from './pace.ts';
import { FREE, priceOf } from './prices.ts';
import type { ProviderSettings } from './providers/settings.ts';
import { useProxyOf } from './proxy.ts';
import type { Recording } from './recording/recording.ts';
import { FORMATS, keySourceOf, PROVIDERS, type ResolvedProvider, resolveProvider } from './registry.ts';
import { watchedFetch } from './transport.ts';

export interface OpenOptions {
  /** Heddle's data folder; the relay's mailbox is below it. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly config?: ModelsConfig;
  /** By which a provider's model waits between tries; default: the machine's. */
  readonly clock?: Partial<Clock>;
  /** Where requests are counted for `providers.….rate`; without it no rate is kept. */
  readonly rates?: RateTable;
  /** Recordings that are open, by file: models that share one take turns. Default: each opens its own. */
  readonly recordings?: Map<string, Promise<Recording>>;
  /** Models registered from outside (`repair`), by the word before the first colon or slash. */
  readonly extra?: Readonly<Record<string, (rest: string, options: OpenOptions) => Promise<Model>>>;
}

/** Models that are no provider: word before the colon -> opener. */
const KINDS = {
  scripted: async (file: string, { config }: OpenOptions): Promise<Model> =>
    (await import('./scripted.ts')).scriptedFromFile(file, config?.options),
  recorded: async (rest: string, options: OpenOptions): Promise<Model> => {
    const { recordedModel } = await import('./recording/model.ts');
    const [file, spec] = splitOnce(rest, '=');
    return recordedModel(
      file,
      spec === undefined ? undefined : await openModel(spec, options),
      options.recordings,
    );
  },
  relay: async (label: string, { home, config }: OpenOptions): Promise<Model> => {
    const { relayModel } = await import('./relay/model.ts');
    const contextTokens = relayContextTokens(config);
    return relayModel({
      home,
      label: label || 'relay',
      ...(contextTokens === undefined ? {} : { contextTokens }),
    });
  },
} as const satisfies Record<string, (rest: string, options: OpenOptions) => Promise<Model>>;

/**
 * Opens a model from what a user writes: `provider/model` or `provider/model@effort`, `scripted:FILE`, `recorded:FILE` (replays),
 * `recorded:FILE=SPEC` (asks SPEC and records), `relay`, or a name in `options.extra`.
 *
 * @throws OperatorError `unknown-model`, `missing-key` (names the variable), `key-unreadable`, and what the files at hand give rise to.
 */
export async function openModel(spec: string, options: OpenOptions): Promise<Model> {
  const [word, rest = ''] = splitOnce(spec, /[:/]/);
  const kind =
    options.extra?.[word] ?? (Object.hasOwn(KINDS, word) ? KINDS[word as keyof typeof KINDS] : undefined);
  if (kind !== undefined && spec[word.length] !== '/') return await kind(rest, options);
  const [name, named] = splitOnce(spec, '/');
  const [model, effort] = splitEffort(named ?? '');
  const provider = resolveProvider(name, options.env, options.config?.providers?.[name]);
  if (provider === undefined || !model) throw unknownModel(spec, options);
  const opened = await openProvider(provider, model, options);
  return effort === undefined ? opened : { ...opened, id: spec, options: { ...opened.options, effort } };
}

/** What stands behind the last `@`, where that is an effort: names of models may have one too. */
function splitEffort(text: string): [string, Effort | undefined] {
  const at = text.lastIndexOf('@');
  const effort = EFFORTS.find((each) => each === text.slice(at + 1));
  return at < 0 || effort === undefined ? [text, undefined] : [text.slice(0, at), effort];
}

async function openProvider(provider: ResolvedProvider, model: string, options: OpenOptions): Promise<Model> {
  const { config, clock, rates } = options;
  const id = `${provider.name}/${model}`;
  const format = FORMATS[provider.format];
  const create = await format.load();
  const { settings, key } = await connect(provider, model, options);
  const { price, contextTokens } = priceOf(id, config?.prices);
  const rate = config?.providers?.[provider.name]?.rate;
  const account = digestOf(JSON.stringify([provider.name, provider.baseURL, key?.first]));
  return {
    id,
    language: incremental((fetch) => create({ ...settings, fetch }), settings.fetch),
    contextTokens,
    price: provider.local && price.unknown ? FREE : price,
    options: config?.options ?? {},
    overload: overloadOf(account),
    ...(rate === undefined || rates === undefined ? {} : { pace: new Pace(rates, account, rate) }),
    ...(clock === undefined ? {} : { clock }),
    // Node loads its client for HTTP when one of its names is first looked at, which takes longer than a request.
    warm: () => void globalThis.Headers,
    dialect: {
      ...format.dialect(provider.name, model),
      format: provider.format,
      // A gateway's headers hold keys as well, and servers quote what they were sent.
      mask: (text) => maskKeys(text, [...(key?.all ?? []), ...Object.values(provider.headers)]),
      keyFrom: key?.name ?? null,
      ...(key === undefined ? {} : { key }),
    },
  };
}

/** What a provider's package needs to reach it: key, address, watched requests. Throws `missing-key`. */
export async function connect(
  provider: ResolvedProvider,
  model: string,
  { env }: OpenOptions,
): Promise<{ readonly settings: ProviderSettings; readonly key: Key | undefined }> {
  const source = keySourceOf(env, provider);
  if (source === undefined && provider.keys.length > 0) throw missingKey(provider);
  const key = source && (await Key.open(source));
  const fetch = answerOf(watchedFetch(provider.silenceSeconds));
  await useProxyOf(env);
  const { name, baseURL, headers } = provider;
  const apiKey = key?.first ?? '';
  return {
    settings: { provider: name, model, apiKey, baseURL, headers, fetch: key?.fetch(fetch) ?? fetch },
    key,
  };
}

/** One for each provider, address and key, as long as the process lives: a rollout is one of many. */
const overloads = new Map<string, Overload>();

function overloadOf(account: string): Overload {
  const found = overloads.get(account) ?? new Overload();
  overloads.set(account, found);
  return found;
}

function missingKey({ name, keys }: ResolvedProvider): OperatorError {
  return new OperatorError('missing-key', `${name} needs a key, and ${keys.join(' or ')} is not set`, {
    hint: `export ${keys[0]}=… (or ${keys[0]}_FILE, a file that holds it), or choose another model with --model (\`heddle models\` lists what can be used)`,
  });
}

function unknownModel(spec: string, { config, extra }: OpenOptions): OperatorError {
  const names = [...Object.keys(PROVIDERS), ...Object.keys(config?.providers ?? {})].map(
    (name) => `${name}/…`,
  );
  const forms = [...Object.keys(extra ?? {}), ...names, 'scripted:FILE', 'recorded:FILE[=MODEL]', 'relay'];
  return new OperatorError('unknown-model', `no model is called ${JSON.stringify(spec)}`, {
    hint: `write one of ${forms.join(', ')}; a name of your own needs a baseURL under providers in the configuration`,
    exitCode: EXIT.usage,
  });
}

function splitOnce(text: string, separator: string | RegExp): [string, string | undefined] {
  const at = typeof separator === 'string' ? text.indexOf(separator) : text.search(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
