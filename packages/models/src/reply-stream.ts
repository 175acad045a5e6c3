import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4FinishReason,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
} from '@ai-sdk/provider';
import type { Usage } from '@heddle/core';
import type { Reply } from './model.ts';

/** What a model that is no provider answers with: plain text, then calls. */
export interface SimpleReply {
  readonly text?: string;
  readonly reasoning?: string;
  readonly calls?: readonly SimpleCall[];
  /** Default: `tool-calls` with calls, else `stop`. */
  readonly finish?: Reply['finish'];
  /** Default: zero. */
  readonly usage?: Partial<Usage>;
}

export interface SimpleCall {
  readonly tool: string;
  /** A value is written as JSON; a string is taken as the JSON text itself, broken or not. */
  readonly input: unknown;
  /** Default: made of the turn and the call's place in it, so that the same conversation gives the same ids. */
  readonly id?: string;
}

/**
 * A language model out of one function from the request to the parts of its reply.
 * The function may wait (a person answers) and must stop when `options.abortSignal` fires.
 */
export function languageModel(
  provider: string,
  modelId: string,
  answer: (
    options: LanguageModelV4CallOptions,
  ) => LanguageModelV4StreamPart[] | Promise<LanguageModelV4StreamPart[]>,
): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider,
    modelId,
    supportedUrls: {},
    async doStream(options) {
      const parts = await answer(options);
      return { stream: ReadableStream.from(parts) as ReadableStream<LanguageModelV4StreamPart> };
    },
    async doGenerate(options) {
      return generated(await answer(options));
    },
  };
}

/** The parts of a simple reply, ids derived from the turn. */
export function partsOf(reply: SimpleReply, turn: number): LanguageModelV4StreamPart[] {
  const parts: LanguageModelV4StreamPart[] = [];
  const block = (type: 'text' | 'reasoning', delta: string): void => {
    const id = `${type}_${turn}`;
    parts.push(
      { type: `${type}-start`, id },
      { type: `${type}-delta`, id, delta },
      { type: `${type}-end`, id },
    );
  };
  if (reply.reasoning) block('reasoning', reply.reasoning);
  if (reply.text) block('text', reply.text);
  for (const [index, call] of (reply.calls ?? []).entries()) {
    parts.push({
      type: 'tool-call',
      toolCallId: call.id ?? `call_${turn}_${index}`,
      toolName: call.tool,
      input: typeof call.input === 'string' ? call.input : JSON.stringify(call.input),
    });
  }
  // A real model that says nothing still bills the token that ends its turn; without it the reply would count as lost.
  const usage = parts.length === 0 ? { outputTokens: 1, ...reply.usage } : (reply.usage ?? {});
  parts.push({ type: 'finish', finishReason: finishOf(reply), usage: usageOf(usage) });
  return parts;
}

function finishOf(reply: SimpleReply): LanguageModelV4FinishReason {
  return {
    unified: reply.finish ?? ((reply.calls ?? []).length > 0 ? 'tool-calls' : 'stop'),
    raw: undefined,
  };
}

function usageOf(usage: Partial<Usage>): LanguageModelV4Usage {
  const {
    inputTokens = 0,
    cacheReadTokens = 0,
    cacheWriteTokens = 0,
    outputTokens = 0,
    reasoningTokens = 0,
  } = usage;
  return {
    inputTokens: {
      total: inputTokens,
      noCache: inputTokens - cacheReadTokens - cacheWriteTokens,
      cacheRead: cacheReadTokens,
      cacheWrite: cacheWriteTokens,
    },
    outputTokens: { total: outputTokens, text: outputTokens - reasoningTokens, reasoning: reasoningTokens },
  };
}

function generated(parts: readonly LanguageModelV4StreamPart[]): LanguageModelV4GenerateResult {
  const content: LanguageModelV4Content[] = [];
  let finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined;
  for (const part of parts) {
    if (part.type === 'text-delta') content.push({ type: 'text', text: part.delta });
    else if (part.type === 'reasoning-delta') content.push({ type: 'reasoning', text: part.delta });
    else if (part.type === 'tool-call') content.push(part);
    else if (part.type === 'finish') finish = part;
  }
  return {
    content,
    finishReason: finish?.finishReason ?? { unified: 'interrupted', raw: undefined },
    usage: finish?.usage ?? usageOf({}),
    warnings: [],
  };
}
