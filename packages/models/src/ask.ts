import { setTimeout as delay } from 'node:timers/promises';
import type { LanguageModelV4CallOptions, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { assemble } from './assemble.ts';
import { type CallSettings, callOf } from './call.ts';
import { classify } from './classify.ts';
import { ModelError } from './errors.ts';
import type { Model, ModelRequest, Reply } from './model.ts';
import { costOf } from './prices.ts';
import { DEFAULT_RETRY, decide, type RetryPolicy } from './retry.ts';

export interface AskOptions {
  /** Aborted: the request is dropped and ModelError `aborted` is thrown. */
  readonly signal?: AbortSignal;
  /** The model's words as they stream. Words of a try that fails later were for nothing: see `onRetry`. */
  readonly onDelta?: (text: string) => void;
  /** A try failed and another follows after `waitSeconds`; what it had streamed is void. */
  readonly onRetry?: (error: ModelError, waitSeconds: number, tried: number) => void;
  readonly retry?: Partial<RetryPolicy>;
  readonly sleep?: (seconds: number, signal?: AbortSignal) => Promise<void>;
  /** Seconds, monotonic. */
  readonly now?: () => number;
}

/**
 * Asks the model once and waits for the whole reply, trying again where that can help (`retry.ts`).
 * A failed try leaves nothing behind: what it streamed is never spliced with a later one.
 * `seconds` is the time of the try that succeeded, without the waits before it.
 *
 * @throws ModelError with one of the literal codes of `errors.ts`; anything else is a bug.
 */
export async function ask(model: Model, request: ModelRequest, options: AskOptions = {}): Promise<Reply> {
  return (await askFully(model, request, options)).reply;
}

/** {@link ask} with settings for this one request, giving back the provider's metadata too. */
export async function askFully(
  model: Model,
  request: ModelRequest,
  options: AskOptions,
  settings: CallSettings = {},
): Promise<{ reply: Reply; metadata: SharedV4ProviderMetadata }> {
  const policy = { ...DEFAULT_RETRY, ...options.retry };
  const sleep = options.sleep ?? wait;
  const call = callOf(model, request, options.signal, settings);
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt(model, call, options);
    } catch (thrown) {
      const error = classify(thrown, model, options.signal);
      if (!(error instanceof ModelError)) throw error;
      const decision = decide(error, tried, policy);
      if (!decision.retry) throw error;
      options.onRetry?.(error, decision.waitSeconds, tried);
      await sleep(decision.waitSeconds, options.signal).catch((cause: unknown) => {
        throw classify(cause, model, options.signal);
      });
    }
  }
}

async function attempt(
  model: Model,
  call: LanguageModelV4CallOptions,
  options: AskOptions,
): Promise<{ reply: Reply; metadata: SharedV4ProviderMetadata }> {
  options.signal?.throwIfAborted();
  const now = options.now ?? (() => performance.now() / 1000);
  const startedAt = now();
  const { stream } = await model.language.doStream(call);
  const { metadata, rawUsage, ...made } = await assemble(stream, model.id, options.onDelta);
  const usd = model.dialect?.reportedUsd?.(rawUsage) ?? costOf(made.usage, model.price);
  return { reply: { ...made, usd, seconds: now() - startedAt }, metadata };
}

function wait(seconds: number, signal?: AbortSignal): Promise<void> {
  return delay(seconds * 1000, undefined, signal === undefined ? {} : { signal });
}
