import type { LanguageModelV4CallOptions, SharedV4ProviderOptions } from '@ai-sdk/provider';
import type { Model, ModelOptions, ModelRequest } from './model.ts';

/** What one request needs besides the model's own settings. */
export interface CallSettings {
  readonly options?: ModelOptions;
  readonly providerOptions?: SharedV4ProviderOptions;
}

/** The AI SDK's call for a request: settings and effort filled in, then the provider's marks and keys. */
export function callOf(
  model: Model,
  request: ModelRequest,
  signal: AbortSignal | undefined,
  settings: CallSettings,
): LanguageModelV4CallOptions {
  const { effort, ...rest } = { ...model.options, ...settings.options };
  return preparedCall(model, {
    prompt: request.prompt,
    tools: [...request.tools],
    ...rest,
    ...(effort === undefined ? {} : { reasoning: effort }),
    ...(settings.providerOptions === undefined ? {} : { providerOptions: settings.providerOptions }),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  });
}

/** A call as the model's provider wants it: cache marks on the prompt, its own options beside the given ones. */
export function preparedCall(
  { dialect }: Pick<Model, 'dialect'>,
  call: LanguageModelV4CallOptions,
): LanguageModelV4CallOptions {
  if (dialect === undefined) return call;
  const tools = (call.tools ?? []).filter((tool) => tool.type === 'function');
  const prepared = dialect.prepare({ prompt: call.prompt, tools });
  const providerOptions = merged(prepared.providerOptions, call.providerOptions);
  return {
    ...call,
    prompt: prepared.prompt,
    tools: [...prepared.tools],
    ...(providerOptions === undefined ? {} : { providerOptions }),
  };
}

function merged(
  first: SharedV4ProviderOptions | undefined,
  second: SharedV4ProviderOptions | undefined,
): SharedV4ProviderOptions | undefined {
  if (first === undefined || second === undefined) return second ?? first;
  const result = { ...first };
  for (const [name, values] of Object.entries(second)) result[name] = { ...result[name], ...values };
  return result;
}
