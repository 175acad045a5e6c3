import { languageOf, type SymbolIndex, symbolsOf } from '@heddle/code';
import type { ToolContext } from '../../tool.ts';
import { type LineOf, sourceLines } from './lines.ts';
import { definitionsOf, LiveCode } from './live-code.ts';
import { columnOf } from './target.ts';

/** Files parsed again for the lines of a name; one takes some milliseconds. */
const MAX_FILES = 400;

/** Every use and definition of a name, whosever it is. */
export async function usesByName(context: ToolContext, name: string): Promise<LineOf[]> {
  const index = await LiveCode.of(context).index(context);
  const definitions = definitionsOf(index, name).map(({ path, symbol }) => ({ path, line: symbol.line }));
  const users = [...index.files].filter(({ summary }) => summary.uses.has(name)).slice(0, MAX_FILES);
  const found: LineOf[] = [...definitions];
  for (const { path } of users) {
    context.signal.throwIfAborted();
    const text = (await sourceLines(context, path)).join('\n');
    const { uses } = await symbolsOf(languageOf(path)!, text);
    for (const line of uses.get(name) ?? []) found.push({ path, line });
  }
  return found;
}

/** Types whose first line names another: `class Circle implements Shape`, `class Circle(Shape):`, `impl Shape for`. */
export async function subtypesByName(context: ToolContext, name: string): Promise<LineOf[]> {
  const index = await LiveCode.of(context).index(context);
  const found: LineOf[] = [];
  for (const { path, lines } of await typeLines(context, index, name)) {
    for (const line of lines) found.push({ path, line });
  }
  return found;
}

const TYPES = ['class', 'struct', 'interface', 'enum'];

async function typeLines(context: ToolContext, index: SymbolIndex, name: string) {
  const found: { path: string; lines: number[] }[] = [];
  const users = [...index.files].filter(({ summary }) => summary.uses.has(name)).slice(0, MAX_FILES);
  for (const { path, summary } of users) {
    const source = await sourceLines(context, path);
    const lines = summary.symbols
      .filter(({ kind, name: own }) => TYPES.includes(kind) && own !== name)
      .map(({ line }) => line)
      .filter((line) => columnOf(source[line - 1] ?? '', name) >= 0);
    for (const [row, text] of source.entries())
      if (/^\s*(?:unsafe\s+)?impl\b/.test(text) && / for /.test(text) && columnOf(text, name) >= 0)
        lines.push(row + 1);
    if (lines.length > 0) found.push({ path, lines });
  }
  return found;
}
