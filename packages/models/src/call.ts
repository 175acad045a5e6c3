import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Prompt,
  LanguageModelV4ToolCallPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
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
    prompt: sendable(request.prompt),
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

/**
 * A call whose input is no JSON object must go back to the model (it has to see what it wrote),
 * but no provider takes such an input: it is sent inside an object, the same way to all of them.
 */
function sendable(prompt: LanguageModelV4Prompt): LanguageModelV4Prompt {
  return prompt.map((message) =>
    message.role === 'assistant' && message.content.some(isBrokenCall)
      ? {
          ...message,
          content: message.content.map((part) =>
            isBrokenCall(part) ? { ...part, input: { unparsed: part.input } } : part,
          ),
        }
      : message,
  );
}

function isBrokenCall(part: { readonly type: string }): part is LanguageModelV4ToolCallPart {
  return part.type === 'tool-call' && !isJsonObject((part as LanguageModelV4ToolCallPart).input);
}

function isJsonObject(input: unknown): boolean {
  if (typeof input !== 'string') return typeof input === 'object' && input !== null && !Array.isArray(input);
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
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
