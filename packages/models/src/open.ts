import { EXIT, OperatorError } from '@heddle/core';
import type { ModelsConfig } from './config.ts';
import { incremental } from './incremental.ts';
import { maskKeys } from './mask.ts';
import type { Model } from './model.ts';
import { FREE, priceOf } from './prices.ts';
import { useProxyOf } from './proxy.ts';
import { FORMATS, keyIn, PROVIDERS, type ResolvedProvider, resolveProvider } from './registry.ts';
import { watchedFetch } from './transport.ts';

export interface OpenOptions {
  /** Heddle's data folder; the relay's mailbox is below it. */
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly config?: ModelsConfig;
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
    return recordedModel(file, spec === undefined ? undefined : await openModel(spec, options));
  },
  relay: async (label: string, { home }: OpenOptions): Promise<Model> =>
    (await import('./relay/model.ts')).relayModel({ home, label: label || 'relay' }),
} as const satisfies Record<string, (rest: string, options: OpenOptions) => Promise<Model>>;

/**
 * Opens a model from what a user writes: `provider/model`, `scripted:FILE`, `recorded:FILE` (replays),
 * `recorded:FILE=SPEC` (asks SPEC and records), `relay`, or a name in `options.extra`.
 *
 * @throws OperatorError `unknown-model`, `missing-key` (names the variable), and what the files at hand give rise to.
 */
export async function openModel(spec: string, options: OpenOptions): Promise<Model> {
  const [word, rest = ''] = splitOnce(spec, /[:/]/);
  const kind =
    options.extra?.[word] ?? (Object.hasOwn(KINDS, word) ? KINDS[word as keyof typeof KINDS] : undefined);
  if (kind !== undefined && spec[word.length] !== '/') return await kind(rest, options);
  const [name, model] = splitOnce(spec, '/');
  const provider = resolveProvider(name, options.env, options.config?.providers?.[name]);
  if (provider === undefined || !model) throw unknownModel(spec, options);
  return await openProvider(provider, model, options);
}

async function openProvider(provider: ResolvedProvider, model: string, options: OpenOptions): Promise<Model> {
  const { env, config } = options;
  const key = keyIn(env, provider.keys);
  if (key === undefined && provider.keys.length > 0) throw missingKey(provider);
  const id = `${provider.name}/${model}`;
  const format = FORMATS[provider.format];
  const create = await format.load();
  await useProxyOf(env);
  const { price, contextTokens } = priceOf(id, config?.prices);
  return {
    id,
    language: incremental(
      (fetch) =>
        create({
          provider: provider.name,
          model,
          apiKey: key?.value ?? '',
          baseURL: provider.baseURL,
          headers: provider.headers,
          fetch,
        }),
      watchedFetch(provider.silenceSeconds),
    ),
    contextTokens,
    price: provider.local && price.unknown ? FREE : price,
    options: config?.options ?? {},
    // Node loads its client for HTTP when one of its names is first looked at, which takes longer than a request.
    warm: () => void globalThis.Headers,
    dialect: {
      ...format.dialect(provider.name, model),
      format: provider.format,
      // A gateway's headers hold keys as well, and servers quote what they were sent.
      mask: (text) => maskKeys(text, [...(key ? [key.value] : []), ...Object.values(provider.headers)]),
      keyFrom: key?.name ?? null,
    },
  };
}

function missingKey({ name, keys }: ResolvedProvider): OperatorError {
  return new OperatorError('missing-key', `${name} needs a key, and ${keys.join(' or ')} is not set`, {
    hint: `export ${keys[0]}=…, or choose another model with --model (\`heddle models\` lists what can be used)`,
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
