import { type SyntaxError as SyntaxFault, syntaxErrors } from './errors.ts';
import type { Language } from './languages.ts';

/** Errors compared between two versions of a text: one broken beyond that is not judged. */
const MAX_COMPARED = 500;

/** Read without their preprocessor: where a file uses macros as syntax, errors say nothing about it. */
const PREPROCESSED: ReadonlySet<Language> = new Set(['c', 'cpp']);

/**
 * The syntax errors that a change brings in: those `after` has and `before` has not (null: there was no text). What
 * was broken already may stay so and move; only a change that leaves more errors than there were brings some in.
 */
export async function introducedErrors(
  language: Language,
  before: string | null,
  after: string,
): Promise<SyntaxFault[]> {
  const now = await syntaxErrors(language, after, MAX_COMPARED);
  if (now.length === 0 || before === null) return now;
  const then = await syntaxErrors(language, before, MAX_COMPARED);
  if (then.length === 0) return now;
  if (now.length <= then.length || PREPROCESSED.has(language)) return [];
  const left = new Map<string, number>();
  for (const { text } of then) left.set(text, (left.get(text) ?? 0) + 1);
  return now.filter(({ text }) => {
    const known = left.get(text) ?? 0;
    left.set(text, known - 1);
    return known <= 0;
  });
}
