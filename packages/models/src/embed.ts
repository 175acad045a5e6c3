import { messageOf, NO_USAGE, OperatorError, type Usage } from '@heddle/core';
import { connect, type OpenOptions } from './open.ts';
import { costOf, FREE, priceOf } from './prices.ts';
import { FORMATS, resolveProvider } from './registry.ts';

/** Turns texts into vectors whose angles tell how near their meanings are. */
export interface Embedder {
  readonly id: string;
  /** One vector for each text, in order. Throws OperatorError `not-embedded`; it is not tried again. */
  embed(texts: readonly string[], signal: AbortSignal): Promise<Embedded>;
}

export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly usage: Usage;
  readonly usd: number;
  readonly seconds: number;
}

/** Dollars per million tokens; the user's own prices come before. Whatever is not here counts as free. */
const PRICES: Readonly<Record<string, number>> = {
  'openai/text-embedding-3-small': 0.02,
  'openai/text-embedding-3-large': 0.13,
  'google/gemini-embedding-001': 0.15,
};

/** Texts in one request; what every provider takes. */
const BATCH = 64;

/** Opens `provider/model`. Throws OperatorError `unknown-model`, `missing-key`, `no-embeddings`. */
export async function openEmbedder(spec: string, options: OpenOptions): Promise<Embedder> {
  const at = spec.indexOf('/');
  const [name, model] = [spec.slice(0, Math.max(0, at)), spec.slice(at + 1)];
  const provider = resolveProvider(name, options.env, options.config?.providers?.[name]);
  if (provider === undefined || model === '')
    throw new OperatorError('unknown-model', `no model for embeddings is called ${JSON.stringify(spec)}`, {
      hint: 'write provider/model, such as openai/text-embedding-3-small',
    });
  const create = await FORMATS[provider.format].loadEmbedding?.();
  if (create === undefined)
    throw new OperatorError('no-embeddings', `${name} has no models for embeddings`, {
      hint: 'name one of openai, google or a compatible server under "embedding"',
    });
  const { settings, key } = await connect(provider, model, options);
  const language = create(settings);
  const own = priceOf(spec, options.config?.prices).price;
  const input = own.unknown ? (PRICES[spec] ?? 0) : own.input;
  return {
    id: spec,
    async embed(texts, signal) {
      const started = performance.now();
      const vectors: number[][] = [];
      let inputTokens = 0;
      try {
        for (let from = 0; from < texts.length; from += BATCH) {
          const values = texts.slice(from, from + BATCH);
          const { embeddings, usage } = await language.doEmbed({ values, abortSignal: signal });
          vectors.push(...embeddings);
          inputTokens += usage?.tokens ?? 0;
        }
      } catch (cause) {
        signal.throwIfAborted();
        const said = [...(key?.all ?? [])].reduce(
          (text, each) => text.replaceAll(each, '***'),
          messageOf(cause),
        );
        throw new OperatorError('not-embedded', `${spec} gave no embeddings: ${said}`, { cause });
      }
      const usage = { ...NO_USAGE, inputTokens };
      const usd = costOf(usage, { ...FREE, input });
      return { vectors, usage, usd, seconds: (performance.now() - started) / 1000 };
    },
  };
}
