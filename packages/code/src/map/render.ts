import type { ReadFile } from '../exec.ts';
import type { RankedSymbol } from './rank.ts';

/** Of source code, over the tokenizers of today's models; a little low, so that a budget is kept. */
const CHARACTERS_PER_TOKEN = 3.2;
/** A signature longer than this is cut. */
const MAX_SIGNATURE = 140;
/** No definition takes less: what lies beyond budget / this is never looked at. */
const MIN_TOKENS = 4;

export interface RenderedMap {
  readonly text: string;
  readonly files: number;
  readonly symbols: number;
}

/** The first definitions as far as they fit, under their files in the order of the best of each. */
export async function renderMap(
  ranked: readonly RankedSymbol[],
  tokens: number,
  read: ReadFile,
): Promise<RenderedMap> {
  const most = Math.min(ranked.length, Math.floor(tokens / MIN_TOKENS));
  const lines = new Map<string, readonly string[]>();
  for (const { path } of ranked.slice(0, most)) {
    if (lines.has(path)) continue;
    lines.set(
      path,
      await read(path).then(
        (text) => text.split('\n'),
        () => [],
      ),
    );
  }
  const show = (count: number) => shown(ranked.slice(0, count), lines);
  const fits = (count: number) => show(count).length / CHARACTERS_PER_TOKEN <= tokens;
  let [low, high] = [0, most];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  const text = show(low);
  return { text, files: new Set(ranked.slice(0, low).map(({ path }) => path)).size, symbols: low };
}

function shown(ranked: readonly RankedSymbol[], texts: ReadonlyMap<string, readonly string[]>): string {
  const byFile = new Map<string, Map<number, string>>();
  for (const { path, symbol } of ranked) {
    const lines = byFile.get(path) ?? new Map<number, string>();
    byFile.set(path, lines);
    lines.set(symbol.line, signatureLine(texts.get(path)?.[symbol.line - 1] ?? symbol.name));
  }
  return [...byFile]
    .map(([path, lines]) => {
      const sorted = [...lines].sort(([a], [b]) => a - b);
      return [path, ...sorted.map(([line, text]) => `  ${line}: ${text}`)].join('\n');
    })
    .join('\n');
}

/** A line of source as shown for a definition: its indentation kept, tabs as two blanks, an opening brace left off. */
export function signatureLine(line: string): string {
  const text = line
    .replaceAll('\t', '  ')
    .trimEnd()
    .replace(/\s*\{$/, '');
  return text.length <= MAX_SIGNATURE ? text : `${text.slice(0, MAX_SIGNATURE)}…`;
}
