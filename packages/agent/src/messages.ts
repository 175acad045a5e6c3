import type {
  LanguageModelV4Message,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';
import type { ContentPart, EventOf } from '@heddle/core';
import { pictureReference } from './pictures.ts';
import type { PendingCall } from './state.ts';

/** The model's own reply as it is sent back to it; null when it said nothing at all. */
export function assistantMessage(content: readonly ContentPart[]): LanguageModelV4Message | null {
  const parts = content.map((part) => {
    const providerOptions = part.metadata as SharedV4ProviderOptions | undefined;
    const extra = providerOptions === undefined ? {} : { providerOptions };
    switch (part.type) {
      case 'text':
        return { type: 'text' as const, text: part.text, ...extra };
      case 'reasoning':
        return { type: 'reasoning' as const, text: part.text, ...extra };
      case 'call':
        return {
          type: 'tool-call' as const,
          toolCallId: part.id,
          toolName: part.tool,
          input: parseArguments(part.input) ?? { invalid_json: part.input },
          ...extra,
        };
      default:
        return part satisfies never;
    }
  });
  return parts.length === 0 ? null : { role: 'assistant', content: parts };
}

/** The arguments as an object, or null if they are not one. Never repaired. */
export function parseArguments(input: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(input === '' ? '{}' : input);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

export function toolResultPart(
  call: PendingCall,
  event: EventOf<'action.completed'>,
): LanguageModelV4ToolResultPart {
  const head = { type: 'tool-result' as const, toolCallId: call.id, toolName: call.tool };
  if (event.images !== undefined && event.images.length > 0) {
    const pictures = event.images.map(({ mediaType, object }) => ({
      type: 'file' as const,
      mediaType,
      data: pictureReference(object),
    }));
    return {
      ...head,
      output: { type: 'content', value: [{ type: 'text', text: event.content }, ...pictures] },
    };
  }
  return {
    ...head,
    output: { type: event.outcome === 'ok' ? 'text' : 'error-text', value: event.content },
  };
}

export function noteMessage(text: string): LanguageModelV4Message {
  return { role: 'user', content: [{ type: 'text', text }] };
}
