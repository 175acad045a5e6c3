import type { LanguageModelV4CallOptions, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { assemble } from './assemble.ts';
import { type CallSettings, callOf } from './call.ts';
import { classify } from './classify.ts';
import { type Clock, MACHINE_CLOCK } from './clock.ts';
import { ModelError } from './errors.ts';
import type { Model, ModelRequest, Reply } from './model.ts';
import { isRefusal, Overload, type Pass } from './overload.ts';
import type { Share } from './pace.ts';
import { costOf } from './prices.ts';
import { DEFAULT_RETRY, type Decision, decide, type RetryPolicy } from './retry.ts';

export interface AskOptions extends Partial<Clock> {
  /** Aborted: the request is dropped and ModelError `aborted` is thrown. */
  readonly signal?: AbortSignal;
  /** The model's words as they stream. Words of a try that fails later were for nothing: see `onRetry`. */
  readonly onDelta?: (text: string) => void;
  /** A try failed and another follows after `waitSeconds`; what it had streamed is void. */
  readonly onRetry?: (error: ModelError, waitSeconds: number, tried: number) => void;
  readonly retry?: Partial<RetryPolicy>;
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
): Promise<Asked> {
  const policy = { ...DEFAULT_RETRY, ...options.retry };
  const clock: Clock = { ...MACHINE_CLOCK, ...model.clock, ...given(options) };
  const call = callOf(model, request, options.signal, settings);
  const overload = model.overload ?? new Overload();
  const place = overload.place();
  for (let tried = 1; ; tried += 1) {
    const key = model.dialect?.key?.generation;
    const judge = async (thrown: unknown): Promise<Failed> => {
      const error = classify(thrown, model, options.signal);
      if (!(error instanceof ModelError)) throw error;
      return { error, decision: await decisionOn(error, { model, key, tried, policy, clock }) };
    };
    const outcome = await paced({ model, request, clock, options, judge }, () =>
      overload
        .enter(place, clock, options.signal)
        .then((pass) => attempt({ model, call, clock, options, pass, judge }), judge),
    );
    if ('reply' in outcome) return outcome;
    const { error, decision } = outcome;
    if (!decision.retry) throw error;
    options.onRetry?.(error, decision.waitSeconds, tried);
    await clock.sleep(decision.waitSeconds, options.signal).catch((cause: unknown) => {
      throw classify(cause, model, options.signal);
    });
  }
}

/** One try, within the rate that the provider's account has. */
async function paced(
  {
    model,
    request,
    clock,
    options,
    judge,
  }: Pick<Attempt, 'model' | 'clock' | 'options' | 'judge'> & { readonly request: ModelRequest },
  send: () => Promise<Asked | Failed>,
): Promise<Asked | Failed> {
  if (model.pace === undefined) return send();
  let share: Share;
  try {
    share = await model.pace.enter(request, clock, options.signal);
  } catch (thrown) {
    return judge(thrown);
  }
  let outcome: Asked | Failed | null = null;
  try {
    outcome = await send();
    return outcome;
  } finally {
    if (outcome !== null && 'reply' in outcome) share.counted(outcome.reply.usage);
    else share.failed();
  }
}

interface Asked {
  readonly reply: Reply;
  readonly metadata: SharedV4ProviderMetadata;
}

interface Failed {
  readonly error: ModelError;
  readonly decision: Decision;
}

interface Attempt {
  readonly model: Model;
  readonly call: LanguageModelV4CallOptions;
  readonly clock: Clock;
  readonly options: AskOptions;
  readonly pass: Pass;
  readonly judge: (thrown: unknown) => Promise<Failed>;
}

async function attempt({ model, call, clock, options, pass, judge }: Attempt): Promise<Asked | Failed> {
  try {
    options.signal?.throwIfAborted();
    const startedAt = clock.now();
    const { stream } = await model.language.doStream(call);
    pass.accepted();
    const { metadata, rawUsage, ...made } = await assemble(stream, model.id, options.onDelta);
    const usd = model.dialect?.reportedUsd?.(rawUsage) ?? costOf(made.usage, model.price);
    return { reply: { ...made, usd, seconds: clock.now() - startedAt }, metadata };
  } catch (thrown) {
    const failed = await judge(thrown);
    const { error, decision } = failed;
    if (isRefusal(error)) pass.refused(error, clock.now() + (decision.retry ? decision.waitSeconds : 0));
    return failed;
  } finally {
    pass.over();
  }
}

interface Circumstances {
  readonly model: Model;
  /** Of the key that was sent. */
  readonly key: number | undefined;
  readonly tried: number;
  readonly policy: RetryPolicy;
  readonly clock: Clock;
}

/** A key that was refused may have been replaced where it is kept: then the new one is tried, at once. */
async function decisionOn(
  error: ModelError,
  { model, key, tried, policy, clock }: Circumstances,
): Promise<Decision> {
  const replaced = async () => key !== undefined && (await model.dialect?.key?.renew(key));
  if (error.code === 'unauthorized' && tried < policy.tries && (await replaced()))
    return { retry: true, waitSeconds: 0 };
  return decide(error, tried, policy, clock.random());
}

/** Those parts of the clock that were given. */
function given({ now, sleep, random }: AskOptions): Partial<Clock> {
  return { ...(now && { now }), ...(sleep && { sleep }), ...(random && { random }) };
}
