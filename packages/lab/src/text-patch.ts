import { type ObjectStore, type TextChange, textOf } from '@heddle/core';
import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';

/** Lines that may differ between two texts before it is only said that they do: a second's work, which grows as its square. */
const MAX_EDITS = 4_000;

/**
 * A text's change as a unified diff, `rename` for one that only moved; or why there is none. `prose`: its lines are
 * paragraphs, so it is compared sentence by sentence, each shown on a line of its own.
 */
export type TextPatch =
  | { readonly patch: string }
  | { readonly problem: 'not-kept' | 'too-different'; readonly message: string };

export function textPatch(
  objects: ObjectStore,
  { name, from = name, was, is }: TextChange,
  prose = false,
): TextPatch {
  if (was === is) return { patch: `rename ${from} => ${name}\n` };
  const [before, after] = [was, is].map((digest) => (digest === null ? '' : textOf(objects, digest)));
  if (before === null || after === null) {
    const missing = before === null ? was! : is!;
    return { problem: 'not-kept', message: `the text ${missing.slice(0, 12)} is not kept here` };
  }
  const patch = structuredPatch(
    was === null ? '/dev/null' : from,
    is === null ? '/dev/null' : name,
    lines(before!, prose),
    lines(after!, prose),
    undefined,
    undefined,
    { context: 3, ...(was === null || is === null ? {} : { maxEditLength: MAX_EDITS }) },
  );
  if (patch === undefined)
    return { problem: 'too-different', message: 'the two have too little in common to be told line by line' };
  return { patch: formatPatch(patch, FILE_HEADERS_ONLY) };
}

/** Whether the last line is ended is nothing to be told of. */
function lines(text: string, prose: boolean): string {
  const split = prose ? text.replaceAll(/(?<=[.!?:;]) +/g, '\n') : text;
  return split === '' || split.endsWith('\n') ? split : `${split}\n`;
}
