import type { Usage } from '@heddle/core';
import type { Call, Entry, Turn } from '../trajectory.ts';

type Fields = Record<string, unknown>;

/** The messages of an entry as Inspect has them; none for what was not said to the model or by it. */
export function messagesOf(entry: Entry, id: (part: number) => string): Fields[] {
  switch (entry.kind) {
    case 'told':
      return [
        {
          id: id(0),
          role: entry.by === 'system' ? 'system' : 'user',
          content: entry.text,
          ...source(entry.by),
        },
      ];
    case 'folded':
      return [{ id: id(0), role: 'user', content: entry.text, ...source('harness') }];
    case 'turn':
      return [
        assistantMessage(entry, id(0)),
        ...entry.calls.flatMap((call, index) => toolMessage(call, id(index + 1))),
      ];
    default:
      return [];
  }
}

/** Who said it, where the role does not tell: harnesses speak in the user's place. */
function source(by: 'system' | 'user' | 'harness'): Fields {
  return by === 'harness' ? { metadata: { by } } : {};
}

function assistantMessage({ text, reasoning, calls, model }: Turn, id: string): Fields {
  const content =
    reasoning === null
      ? text
      : [
          { type: 'reasoning', reasoning, redacted: false },
          { type: 'text', text },
        ];
  return {
    id,
    role: 'assistant',
    content,
    source: 'generate',
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(toolCall) }),
    ...(model === null ? {} : { model }),
  };
}

function toolCall({ id, tool, input, raw }: Call): Fields {
  const problem = raw === undefined ? {} : { parse_error: raw };
  return { id, function: tool, arguments: input ?? {}, type: 'function', ...problem };
}

function toolMessage(call: Call, id: string): Fields[] {
  if (call.outcome === null) return [];
  const { tool, content, images } = call;
  const pictures = images.map(({ object, mediaType }) => ({
    type: 'image',
    image: `objects/${object}`,
    detail: 'auto',
    internal: { mediaType },
  }));
  return [
    {
      id,
      role: 'tool',
      content: pictures.length === 0 ? content : [{ type: 'text', text: content }, ...pictures],
      tool_call_id: call.id,
      function: tool,
      ...errorOf(call),
    },
  ];
}

export function errorOf({ outcome, content }: Call): Fields {
  return outcome === 'ok' || outcome === null
    ? {}
    : { error: { type: outcome === 'error' ? 'unknown' : 'cancelled', message: content } };
}

/** Inspect counts cached tokens apart; here they are a part of the input. */
export function usageOut(usage: Usage, usd: number | null): Fields {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  return {
    input_tokens: inputTokens - cacheReadTokens - cacheWriteTokens,
    output_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    input_tokens_cache_write: cacheWriteTokens,
    input_tokens_cache_read: cacheReadTokens,
    reasoning_tokens: reasoningTokens,
    ...(usd === null ? {} : { total_cost: usd }),
  };
}

const STOPS: Readonly<Record<string, string>> = {
  stop: 'stop',
  length: 'max_tokens',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
};

export function outputOf(turn: Turn, id: string): Fields {
  const { model, finish, usage, usd, at, endedAt } = turn;
  return {
    model: model ?? '',
    choices: [{ message: assistantMessage(turn, id), stop_reason: STOPS[finish ?? ''] ?? 'unknown' }],
    ...(usage === null ? {} : { usage: usageOut(usage, usd) }),
    ...(at === null || endedAt === null ? {} : { time: (endedAt - at) / 1000 }),
  };
}
