import type { LanguageModelV4Message, LanguageModelV4ToolResultPart } from '@ai-sdk/provider';
import type { ObjectStore, StoredImage } from '@heddle/core';
import type { Model } from '@heddle/models';
import { traitsOf } from './model-traits.ts';

/** A picture a tool gives to the model. */
export interface ToolImage {
  /** `image/png`, `image/jpeg`, `image/gif` or `image/webp`: what providers take. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Who wrote the references to pictures that stand in a prompt. */
const REFERENCE = 'heddle';

type Output = LanguageModelV4ToolResultPart['output'];

/**
 * An observation with pictures, as the fold puts it into the prompt: the pictures by digest, so that the prompt
 * stays a small, pure function of the journal. {@link withImages} puts the bytes in when a request is sent.
 */
export function illustrated(text: string, images: readonly StoredImage[]): Output {
  return {
    type: 'content',
    value: [
      { type: 'text', text },
      ...images.map(({ mediaType, object }) => ({
        type: 'file' as const,
        mediaType,
        data: { type: 'reference' as const, reference: { [REFERENCE]: object } },
      })),
    ],
  };
}

/** These formats carry pictures in a tool's result; in the others they would arrive as text. */
const FORMATS: ReadonlySet<string> = new Set(['anthropic', 'openai', 'google']);

/** Whether a model can be shown pictures in a tool's result; the others are told that there is one. */
export function sees({ id, dialect }: Pick<Model, 'id' | 'dialect'>): boolean {
  return dialect !== undefined && FORMATS.has(dialect.format) && traitsOf(id).sees;
}

/** The same message is sent with every later request: its bytes are looked up once. */
const sent = { seen: new WeakMap<LanguageModelV4Message, LanguageModelV4Message>(), told: new WeakMap() };

/** The prompt with its pictures in it, or with a line in the place of each for a model that does not see. */
export function withImages(
  prompt: readonly LanguageModelV4Message[],
  objects: ObjectStore,
  seeing: boolean,
): LanguageModelV4Message[] {
  const known = seeing ? sent.seen : sent.told;
  return prompt.map((message) => {
    if (message.role !== 'tool' || !message.content.some(isIllustrated)) return message;
    const before = known.get(message);
    if (before !== undefined) return before;
    const content = message.content.map((part) =>
      isIllustrated(part)
        ? { ...part, output: seeing ? filled(part.output, objects) : told(part.output) }
        : part,
    );
    const after: LanguageModelV4Message = { ...message, content };
    known.set(message, after);
    return after;
  });
}

type Illustrated = LanguageModelV4ToolResultPart & { output: Extract<Output, { type: 'content' }> };

function isIllustrated(part: { type: string }): part is Illustrated {
  return part.type === 'tool-result' && (part as LanguageModelV4ToolResultPart).output.type === 'content';
}

function filled(output: Illustrated['output'], objects: ObjectStore): Output {
  return {
    ...output,
    value: output.value.map((item) => {
      const digest = item.type === 'file' && item.data.type === 'reference' && item.data.reference[REFERENCE];
      if (item.type !== 'file' || typeof digest !== 'string') return item;
      const data = Buffer.from(objects.get(digest)).toString('base64');
      return { ...item, data: { type: 'data' as const, data } };
    }),
  };
}

function told(output: Illustrated['output']): Output {
  const lines = output.value.map((item) =>
    item.type === 'text' ? item.text : '[a picture is left out here: this model is not shown pictures]',
  );
  return { type: 'text', value: lines.join('\n') };
}
