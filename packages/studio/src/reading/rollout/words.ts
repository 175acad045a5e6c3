import { oneLine } from '@heddle/core';

/** At most so many characters, with an ellipsis where something was cut. */
export function clipped(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}

/** What a task is called by. */
export function firstLine(text: string, characters: number): string {
  return firstWords(text.trim().split('\n', 1)[0]!, characters);
}

/** In one line; of a long text only what is needed is looked at. */
export function firstWords(text: string, characters: number): string {
  return clipped(oneLine(text.slice(0, characters * 4)), characters);
}
