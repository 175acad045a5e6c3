import { languageOf, rankSymbols, renderMap, signatureLine, symbolsOf } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import type { ToolContext, ToolResult } from '../../tool.ts';
import { tidyPath } from '../edit/paths.ts';
import { LiveCode, type Place } from './live-code.ts';
import { repositoryOf } from './repository.ts';
import { placeLine } from './target.ts';

/** Definitions listed of one file. */
const MAX_OUTLINE = 300;
/** Definitions listed of a search. */
const MAX_FOUND = 60;
/** A map for a first look; the most it may take of anybody's window. */
const MAP_TOKENS = 1_500;
const MAX_MAP_TOKENS = 10_000;

/** What a file defines, nested as it is there. */
export async function outline(path: string, context: ToolContext): Promise<ToolResult> {
  const tidy = tidyPath(path, context.workspace.root);
  const language = languageOf(tidy);
  if (language === null)
    throw new ModelFacingError('no-grammar', `There is no grammar for ${path}. Look at it with edit view.`);
  const text = (await context.workspace.files.read(tidy)).toString('utf8');
  const { symbols } = await symbolsOf(language, text);
  if (symbols.length === 0) return { content: `${path} defines nothing that has a name.` };
  const source = text.split('\n');
  const shown = symbols.slice(0, MAX_OUTLINE).map(({ line, to }) => {
    const range = to > line ? `${line}-${to}` : `${line}`;
    return `${range}: ${signatureLine(source[line - 1] ?? '')}`;
  });
  // Several names on one line are one line here.
  const lines = shown.filter((each, at) => each !== shown[at - 1]);
  const more = symbols.length - MAX_OUTLINE;
  return { content: [...lines, ...(more > 0 ? [`[${more} more definitions left out]`] : [])].join('\n') };
}

/** Definitions whose names contain a text, best first. */
export async function search(query: string, context: ToolContext): Promise<ToolResult> {
  const index = await LiveCode.of(context).index(context);
  const wanted = query.toLowerCase();
  const found: (Place & { readonly rank: number })[] = [];
  for (const { path, summary } of index.files) {
    for (const symbol of summary.symbols) {
      const rank = rankOf(symbol.name, `${symbol.container}.${symbol.name}`, wanted);
      if (rank !== null) found.push({ path, symbol, rank });
    }
  }
  if (found.length === 0)
    return {
      content: `No definition's name contains "${query}" in ${[...index.files].length} source files. Search text with bash (rg).`,
    };
  found.sort(
    (a, b) => a.rank - b.rank || (a.path < b.path ? -1 : a.path > b.path ? 1 : a.symbol.line - b.symbol.line),
  );
  const more = found.length - MAX_FOUND;
  const notes = more > 0 ? [`[${more} more left out; give more of the name]`] : [];
  return { content: [...found.slice(0, MAX_FOUND).map(placeLine), ...notes].join('\n') };
}

/** Equal, equal but for case, beginning, inside; null: not at all. */
function rankOf(name: string, full: string, wanted: string): number | null {
  const lower = name.toLowerCase();
  if (lower === wanted) return 0;
  if (lower.startsWith(wanted)) return 1;
  if (lower.includes(wanted)) return 2;
  return wanted.includes('.') && full.toLowerCase().endsWith(wanted) ? 0 : null;
}

/** The repository's most used definitions, as many as the budget holds. */
export async function map(
  { tokens = MAP_TOKENS, mentioned = [] }: { tokens?: number | undefined; mentioned?: string[] | undefined },
  context: ToolContext,
): Promise<ToolResult> {
  const live = LiveCode.of(context);
  const { files, ...graph } = live.graph(await live.index(context));
  const ranked = rankSymbols({ files, ...graph }, mentioned);
  if (ranked.length === 0) {
    return {
      content: `None of the ${files.length} source files defines something that others could use. Look at the folders with edit view.`,
    };
  }
  const { read } = repositoryOf(context.workspace);
  const budget = Math.min(Math.max(tokens, 0), MAX_MAP_TOKENS);
  const map = await renderMap(ranked, budget, read);
  const left =
    map.symbols < ranked.length
      ? `[${map.symbols} of ${ranked.length} definitions in ${map.files} of ${files.length} files, most referred to first; more: a larger "tokens" (at most ${MAX_MAP_TOKENS}), or "mentioned" names]`
      : `[all ${ranked.length} definitions of ${files.length} files that others can use]`;
  return { content: map.symbols === 0 ? left : `${map.text}\n${left}` };
}
