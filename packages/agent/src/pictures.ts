import type { LanguageModelV4Message, LanguageModelV4Prompt, SharedV4FileData } from '@ai-sdk/provider';
import type { ObjectStore } from '@heddle/core';
import type { Model } from '@heddle/models';
import { traitsOf } from './model-traits.ts';

const SCHEME = 'heddle-object:';

/** A picture in the prompt as it is folded: by its digest, so that the prompt stays small and a function of the journal. */
export function pictureReference(object: string): SharedV4FileData {
  return { type: 'url', url: new URL(`${SCHEME}${object}`) };
}

/**
 * The prompt as it is sent: pictures with their bytes, or with a word in their place for a model that can't see. A message
 * is made into the same object each time, by which a model knows what it was sent before.
 */
export function withPictures(
  prompt: readonly LanguageModelV4Message[],
  model: Pick<Model, 'id' | 'dialect'>,
  objects: ObjectStore,
): LanguageModelV4Prompt {
  const sees = canSee(model);
  const shown = shownTo.get(model) ?? new WeakMap<LanguageModelV4Message, LanguageModelV4Message>();
  shownTo.set(model, shown);
  return prompt.map((message) => {
    // Most messages have none, and each is looked at again in every step.
    if (message.role !== 'tool' || !message.content.some(mayShow)) return message;
    const made = shown.get(message) ?? {
      ...message,
      content: message.content.map((part) => withBytes(part, sees, objects)),
    };
    shown.set(message, made);
    return made;
  });
}

const shownTo = new WeakMap<object, WeakMap<LanguageModelV4Message, LanguageModelV4Message>>();

type ToolPart = Extract<LanguageModelV4Message, { role: 'tool' }>['content'][number];

function withBytes(part: ToolPart, sees: boolean, objects: ObjectStore): ToolPart {
  if (part.type !== 'tool-result' || part.output.type !== 'content') return part;
  const value = part.output.value.map((item) => {
    const object = item.type === 'file' ? referenced(item.data) : null;
    if (item.type !== 'file' || object === null) return item;
    if (!sees)
      return { type: 'text' as const, text: `[a picture (${item.mediaType}); you cannot be shown it]` };
    return { ...item, data: { type: 'data' as const, data: objects.get(object) } };
  });
  const texts = value.map((item) => (item.type === 'text' ? item.text : null));
  // Plain text where nothing else is left: not every provider takes a list.
  const output = texts.includes(null)
    ? { ...part.output, value }
    : { type: 'text' as const, value: texts.join('\n') };
  return { ...part, output };
}

function mayShow(part: ToolPart): boolean {
  return part.type === 'tool-result' && part.output.type === 'content';
}

/** These formats carry pictures in a tool's result; in the others they would arrive as text. */
const FORMATS: ReadonlySet<string> = new Set(['anthropic', 'openai', 'google']);

function canSee({ id, dialect }: Pick<Model, 'id' | 'dialect'>): boolean {
  return dialect !== undefined && FORMATS.has(dialect.format) && traitsOf(id).sees;
}

function referenced(data: SharedV4FileData): string | null {
  if (data.type !== 'url') return null;
  const url = String(data.url);
  return url.startsWith(SCHEME) ? url.slice(SCHEME.length) : null;
}
