import { ModelFacingError } from '@heddle/core';

/** A comment, its mark taken off. Code itself (`...` in Python) is never taken for a stand-in. */
const COMMENT = /^(?:\/\/+|\/\*+|#+|\*|--|<!--|;+|%+|\{\/\*)\s*(.*?)\s*(?:\*\/\}?|-->)?$/;

const DOTS = /\.{3}|…/;
const WORDS =
  /\b(?:existing|rest|remaining|remainder|unchanged|previous|same|other|omitted|as before|truncated)\b/i;
/** Code as a whole: a comment of these words alone names no particular thing. */
const CODE = '(?:code|implementation|contents?|body|logic)';
const PART =
  '(?:file|function|class|method|module|tests?|imports?|methods|functions|lines|fields|properties)';
const STAYS =
  '(?: (?:is |are )?(?:here|goes here|unchanged|(?:remains?|stays?)(?: (?:here|unchanged|the same|as is|as before))?|the same|as is|as before|omitted(?: for brevity)?))';
/** Comments that say nothing else than that something stands there which does not. */
const STAND_INS: readonly RegExp[] = [
  `(?:the )?(?:rest|remainder) of (?:the |your |this |my )?(?:\\w+ )?(?:${CODE}|${PART})${STAYS}?`,
  `(?:the )?(?:existing|previous|original|remaining|unchanged) ${CODE}${STAYS}?`,
  `(?:the )?(?:existing|previous|original|remaining|other|all other) (?:${CODE}|${PART})${STAYS}`,
  '(?:unchanged|same as (?:before|above)|no changes?(?: here)?|keep as is|code omitted(?: for brevity)?)',
].map((words) => new RegExp(`^[[(]?${words}[\\])]?\\.?$`, 'i'));
/** A longer comment says something. */
const MAX_CHARACTERS = 100;

/** The first line of a new text that stands for code left out, unless the old text has that line too. */
function placeholderIn(text: string, old: string): string | null {
  const known = new Set(old.split(/\r?\n/).map((line) => line.trim()));
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim();
    const comment = COMMENT.exec(line)?.[1] ?? (/^(?:\.{3}|…)/.test(line) ? line : null);
    if (comment === null || comment.length > MAX_CHARACTERS || known.has(line)) continue;
    const bare = comment.replaceAll(/\.{3}|…/g, '').trim();
    const dotted = /^[[({]*(?:\.{3}|…)/.test(comment) && DOTS.test(comment) && WORDS.test(comment);
    if (dotted || STAND_INS.some((form) => form.test(bare))) return line;
  }
  return null;
}

export function refusePlaceholder(path: string, text: string, old: string): void {
  const line = placeholderIn(text, old);
  if (line === null) return;
  throw new ModelFacingError(
    'placeholder',
    `The new text for ${path} has ${JSON.stringify(line)} in place of code: it would be written as it is, and the code lost. Nothing was changed. Write the text in full, or replace only the lines that change (force: true if you mean that comment).`,
  );
}
