import { type Definition, definitionsIn, definitionsNamed, languageOf } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../../tool.ts';
import { lineAt } from '../edit-text.ts';
import { apply, echo } from './apply.ts';
import { openDocument, refuseStale } from './document.ts';
import { PlainText, plainEnds } from './line-ends.ts';
import { refusePlaceholder } from './placeholder.ts';
import { indentOf, reindent } from './reindent.ts';

/** Names listed when the one asked for is not there. */
const MAX_NAMES = 40;

export interface Rewrite {
  readonly path: string;
  /** `function`, `Class`, `Class.method`… */
  readonly symbol: string;
  /** The whole of it, as it is to be. */
  readonly text: string;
  /** Which of several with that name: a line it covers. */
  readonly line?: number | undefined;
  readonly force: boolean;
}

/** Replaces a whole definition, whatever its size. */
export async function rewrite(context: ToolContext, wish: Rewrite): Promise<ToolResult> {
  const { path, symbol, force } = wish;
  const document = await openDocument(context, path);
  refuseStale(context, document);
  const text = new PlainText(document.text);
  const definition = await theDefinition(path, text.plain, symbol, wish.line);
  let { start } = definition;
  const { end } = definition;
  const lineStart = text.plain.lastIndexOf('\n', start - 1) + 1;
  const before = text.plain.slice(lineStart, start);
  const fresh = plainEnds(wish.text)
    .replace(/^(?:[ \t]*\n)+/, '')
    .trimEnd();
  if (fresh === '') {
    throw new ModelFacingError(
      'bad-input',
      `text is empty. Nothing was changed. To remove ${symbol}, use replace (lines ${definition.line}-${definition.endLine}).`,
    );
  }
  const alone = before.trim() === '';
  if (alone) start = startOfComments(text.plain, lineStart, fresh);
  const old = text.plain.slice(start, end);
  if (!force) refusePlaceholder(path, fresh, old);
  const put = alone ? indentedAs(fresh, before, languageOf(path) === 'python') : fresh.trimStart();
  if (put === old)
    throw new ModelFacingError('no-change', `${symbol} reads exactly so already. Nothing was changed.`);
  const written = text.withEnds(put, start, end);
  const after = text.original.slice(0, text.offset(start)) + written + text.original.slice(text.offset(end));
  const remembered = await apply(context, [{ path, before: document, after }], { force });
  const first = lineAt(text.plain, start);
  return {
    content: `Rewrote ${definition.path.join('.')} in ${path} (lines ${first}-${definition.endLine} before). It now reads:\n${echo(
      after,
      [{ first, last: first + put.split('\n').length - 1 }],
    )}`,
    details: { path, symbol: definition.path.join('.'), ...remembered },
  };
}

async function theDefinition(
  path: string,
  text: string,
  symbol: string,
  line: number | undefined,
): Promise<Definition> {
  const language = languageOf(path);
  if (language === null) {
    throw new ModelFacingError(
      'no-grammar',
      `rewrite does not know the language of ${path}. Nothing was changed: use replace.`,
    );
  }
  const all = await definitionsIn(language, text);
  const named = definitionsNamed(all, symbol);
  const chosen =
    line === undefined ? named : named.filter((each) => each.line <= line && line <= each.endLine);
  if (chosen.length === 1) return chosen[0]!;
  if (named.length === 0) {
    const names = all.slice(0, MAX_NAMES).map(describe);
    const more = all.length > MAX_NAMES ? [`and ${all.length - MAX_NAMES} more`] : [];
    throw new ModelFacingError(
      'no-symbol',
      `There is no "${symbol}" in ${path}. Nothing was changed. It defines: ${[...names, ...more].join('; ') || 'nothing'}.`,
    );
  }
  throw new ModelFacingError(
    'ambiguous',
    `"${symbol}" may be ${named.length} things in ${path}: ${named.map(describe).join('; ')}. Nothing was changed: give its whole path, or "line" with a line in the one you mean.`,
  );
}

function describe({ path, kind, line, endLine }: Definition): string {
  const where = line === endLine ? `line ${line}` : `lines ${line}-${endLine}`;
  return `${path.join('.')} (${kind}, ${where})`;
}

const COMMENT = /^\s*(?:\/\/|\/\*|\*|#(?!\[|include|define|if|endif|pragma)|--)/;

/** A new text that begins with its comment takes the place of the present one too. */
function startOfComments(text: string, lineStart: number, fresh: string): number {
  if (!COMMENT.test(fresh)) return lineStart;
  let start = lineStart;
  while (start > 0) {
    const previous = text.lastIndexOf('\n', start - 2) + 1;
    if (!COMMENT.test(text.slice(previous, start))) break;
    start = previous;
  }
  return start;
}

/** The text with its first line indented as the definition is; the others move with it unless they are right already. */
function indentedAs(text: string, indent: string, strictly: boolean): string {
  const [head = '', ...rest] = text.split('\n');
  if (indentOf(head) === '' && indent !== '' && rest.length > 0) {
    const inner = rest.filter((line) => line.trim() !== '').map(indentOf);
    // Where a block has no closing line, one as deep as its head is not inside it.
    const placed = inner.every(
      (each) => each.startsWith(indent) && (!strictly || each.length > indent.length),
    );
    if (placed) return `${indent}${text}`;
  }
  return reindent(text, [[head, `${indent}x`]]);
}
