import { type Definition, definitionsIn } from './definitions.ts';
import type { Language } from './languages.ts';

/** Shorter bodies cost less than the line that stands for them. */
const MIN_LINES = 5;

/** Lines (1-based, the last included) that can be left out of an overview of a text. */
export interface Fold {
  readonly line: number;
  readonly endLine: number;
}

/** The bodies of functions and methods, and long values, in order; what they hold is not folded again. */
export async function foldsIn(language: Language, text: string): Promise<Fold[]> {
  const definitions = await definitionsIn(language, text);
  const lines = text.split('\n');
  const folds: Fold[] = [];
  for (const [index, definition] of definitions.entries()) {
    if (!foldable(definition, definitions[index + 1])) continue;
    const fold = bodyLines(definition, text, lines);
    if (fold.endLine - fold.line + 1 < MIN_LINES || fold.line <= (folds.at(-1)?.endLine ?? 0)) continue;
    folds.push(fold);
  }
  return folds;
}

/** Functions, and variables that hold no definitions of their own. */
function foldable({ kind, body, end }: Definition, next: Definition | undefined): boolean {
  if (body === null) return false;
  if (kind === 'function' || kind === 'method') return true;
  return kind === 'variable' && (next === undefined || next.start >= end);
}

/** The lines of a body that stand neither with its head nor with its closing mark. */
function bodyLines({ body }: Definition, text: string, lines: readonly string[]): Fold {
  const { start, line, endLine } = body!;
  const head = text.slice(text.lastIndexOf('\n', start - 1) + 1, start).trim() !== '';
  const closing = /^\s*[})\]]/.test(lines[endLine - 1] ?? '');
  return { line: head ? line + 1 : line, endLine: closing ? endLine - 1 : endLine };
}
