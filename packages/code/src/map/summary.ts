import { symbolsOf } from '../symbols/extract.ts';
import { type CodeSymbol, type FileSymbols, SYMBOL_KINDS } from '../symbols/symbol.ts';
import { languageOf } from '../syntax/languages.ts';
import { isGenerated } from './repository-files.ts';

/** What a map keeps of a file. */
export interface FileSummary {
  readonly symbols: readonly CodeSymbol[];
  /** All names the file uses. */
  readonly uses: ReadonlySet<string>;
  /** Those that may be another file's, with how often; see {@link FileSymbols.links}. */
  readonly links: ReadonlyMap<string, number>;
}

export const NOTHING: FileSummary = { symbols: [], uses: new Set(), links: new Map() };

export async function summarize(path: string, text: string): Promise<FileSummary> {
  const language = languageOf(path);
  if (language === null || isGenerated(text)) return NOTHING;
  const { symbols, uses, links } = await symbolsOf(language, text);
  return { symbols, uses: new Set(uses.keys()), links };
}

/** The stored form: short, and read without a schema for each of a million entries. */
export function packed({ symbols, uses, links }: FileSummary): string {
  return JSON.stringify([
    symbols.flatMap(({ name, kind, container, line, from, to, local }) => [
      name,
      SYMBOL_KINDS.indexOf(kind),
      container,
      line,
      from,
      to,
      Number(local),
    ]),
    [...uses],
    [...links].flat(),
  ]);
}

const FIELDS = 7;

/** Null: it is not what {@link packed} made. */
export function unpacked(text: string): FileSummary | null {
  try {
    const [flat, used, pairs] = JSON.parse(text) as [(string | number)[], string[], (string | number)[]];
    const symbols: CodeSymbol[] = [];
    for (let at = 0; at < flat.length; at += FIELDS) {
      const [name, kind, container, line, from, to, local] = flat.slice(at, at + FIELDS);
      symbols.push({
        name: String(name),
        kind: SYMBOL_KINDS[Number(kind)] ?? 'variable',
        container: String(container),
        line: Number(line),
        from: Number(from),
        to: Number(to),
        local: local === 1,
      });
    }
    const links = new Map<string, number>();
    for (let at = 0; at < pairs.length; at += 2) links.set(String(pairs[at]), Number(pairs[at + 1]));
    return { symbols, uses: new Set(used.map(String)), links };
  } catch {
    return null;
  }
}
