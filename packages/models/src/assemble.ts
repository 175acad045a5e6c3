import type {
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderMetadata,
} from '@ai-sdk/provider';
import type { ContentPart, Usage } from '@heddle/core';
import { ModelError } from './errors.ts';
import type { Reply } from './model.ts';

interface Assembled extends Pick<Reply, 'content' | 'finish' | 'usage'> {
  readonly metadata: SharedV4ProviderMetadata;
  readonly rawUsage: unknown;
}

/** A part under construction, in the place where it began. */
interface Slot {
  readonly type: 'text' | 'reasoning' | 'call';
  readonly id: string;
  tool: string;
  text: string;
  metadata: SharedV4ProviderMetadata;
}

/**
 * Reads a stream to its end and puts the reply together: parts in the order in which they began, a call's input
 * exactly as it was written. Throws whatever the stream carries as an error, and ModelError `stream-cut` when it
 * ends without saying how (a connection cut cleanly half-way looks like that).
 */
export async function assemble(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  modelId: string,
  onDelta?: (text: string) => void,
): Promise<Assembled> {
  const slots = new Slots();
  let finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | undefined;
  for await (const part of stream) {
    if (part.type === 'error') throw part.error;
    if (part.type === 'finish') finish = part;
    else slots.take(part);
    if (part.type === 'text-delta' && part.delta !== '') onDelta?.(part.delta);
  }
  if (finish === undefined || finish.finishReason.unified === 'interrupted')
    throw new ModelError('stream-cut', `${modelId}: the reply stopped half-way`);
  const content = slots.content();
  const usage = usageOf(finish.usage);
  if (content.length === 0 && usage.outputTokens === 0)
    throw new ModelError('empty-reply', `${modelId}: the reply holds nothing, not even a token of usage`);
  return {
    content,
    finish: finishOf(finish.finishReason),
    usage,
    metadata: finish.providerMetadata ?? {},
    rawUsage: finish.usage.raw,
  };
}

class Slots {
  readonly #slots: Slot[] = [];
  readonly #byId = new Map<string, Slot>();

  take(part: LanguageModelV4StreamPart): void {
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start':
        this.#open(part.type === 'text-start' ? 'text' : 'reasoning', part.id, '', part.providerMetadata);
        break;
      case 'text-delta':
      case 'reasoning-delta':
        this.#add(
          part.type === 'text-delta' ? 'text' : 'reasoning',
          part.id,
          part.delta,
          part.providerMetadata,
        );
        break;
      case 'text-end':
      case 'reasoning-end':
        this.#add(part.type === 'text-end' ? 'text' : 'reasoning', part.id, '', part.providerMetadata);
        break;
      case 'tool-input-start':
        if (!part.providerExecuted) this.#open('call', part.id, part.toolName, part.providerMetadata);
        break;
      case 'tool-input-delta':
        this.#append(part.id, part.delta);
        break;
      case 'tool-call': {
        if (part.providerExecuted) break;
        const slot =
          this.#byId.get(`call ${part.toolCallId}`) ?? this.#open('call', part.toolCallId, part.toolName);
        slot.tool = part.toolName;
        slot.text = part.input;
        merge(slot.metadata, part.providerMetadata);
        break;
      }
      default: // warnings, metadata of the response, sources, files: nothing Heddle asks for
        break;
    }
  }

  content(): ContentPart[] {
    return this.#slots.flatMap(({ type, id, tool, text, metadata }) => {
      const extra = Object.keys(metadata).length > 0 ? { metadata } : {};
      if (type === 'call') return { type, id, tool, input: text, ...extra };
      // An empty part matters only for what rides on it: a signature or encrypted reasoning.
      return text === '' && Object.keys(metadata).length === 0 ? [] : { type, text, ...extra };
    });
  }

  #open(type: Slot['type'], id: string, tool: string, metadata?: SharedV4ProviderMetadata): Slot {
    const slot: Slot = { type, id, tool, text: '', metadata: {} };
    merge(slot.metadata, metadata);
    this.#slots.push(slot);
    this.#byId.set(`${type} ${id}`, slot);
    return slot;
  }

  #add(type: 'text' | 'reasoning', id: string, delta: string, metadata?: SharedV4ProviderMetadata): void {
    const slot = this.#byId.get(`${type} ${id}`) ?? this.#open(type, id, '');
    slot.text += delta;
    merge(slot.metadata, metadata);
  }

  #append(id: string, delta: string): void {
    const slot = this.#byId.get(`call ${id}`);
    if (slot !== undefined) slot.text += delta;
  }
}

/** Later values win: a signature comes with the last delta, encrypted reasoning with the end of its part. */
function merge(into: SharedV4ProviderMetadata, from: SharedV4ProviderMetadata | undefined): void {
  for (const [provider, values] of Object.entries(from ?? {}))
    into[provider] = { ...into[provider], ...values };
}

function finishOf({ unified }: LanguageModelV4FinishReason): Reply['finish'] {
  switch (unified) {
    case 'stop':
    case 'length':
    case 'content-filter':
    case 'tool-calls':
    case 'other':
      return unified;
    // Google's MALFORMED_FUNCTION_CALL: the model finished, in a form its provider could not read.
    case 'error':
    case 'interrupted':
      return 'other';
    default:
      return unified satisfies never;
  }
}

function usageOf({ inputTokens, outputTokens }: LanguageModelV4Usage): Usage {
  return {
    inputTokens: count(inputTokens.total),
    cacheReadTokens: count(inputTokens.cacheRead),
    cacheWriteTokens: count(inputTokens.cacheWrite),
    outputTokens: count(outputTokens.total),
    reasoningTokens: count(outputTokens.reasoning),
  };
}

/** A server that counts wrongly must not pay back what was spent, nor write a number that no journal can hold. */
function count(said: number | undefined): number {
  return said !== undefined && Number.isFinite(said) && said > 0 ? said : 0;
}
