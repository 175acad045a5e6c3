import { isTestFile, signatureLine } from '@heddle/code';
import type { ToolContext } from '../../tool.ts';

/** Places shown in one answer. */
const MAX_PLACES = 80;

export interface LineOf {
  readonly path: string;
  /** 1-based. */
  readonly line: number;
}

/** Places with their source lines under their files, each line once; says what is left out. */
export async function listPlaces(context: ToolContext, places: readonly LineOf[]): Promise<string> {
  const byFile = new Map<string, Set<number>>();
  for (const { path, line } of places) byFile.set(path, (byFile.get(path) ?? new Set()).add(line));
  const out: string[] = [];
  let left = MAX_PLACES;
  let files = 0;
  const all = [...byFile.values()].reduce((sum, lines) => sum + lines.size, 0);
  for (const [path, lines] of [...byFile].sort(sourcesFirst)) {
    if (left === 0) break;
    files++;
    const source = await sourceLines(context, path);
    const shown = [...lines].sort((a, b) => a - b).slice(0, left);
    left -= shown.length;
    out.push(path, ...shown.map((line) => `  ${line}: ${signatureLine(source[line - 1] ?? '').trim()}`));
  }
  if (all > MAX_PLACES)
    out.push(
      `[${all - MAX_PLACES} more lines${byFile.size > files ? `, ${byFile.size - files} more files` : ''} left out; all of them: rg -nw NAME with bash]`,
    );
  return out.join('\n');
}

/** Sources before tests, then by path: the same answer whatever order a server has. */
function sourcesFirst([a]: [string, unknown], [b]: [string, unknown]): number {
  return Number(isTestFile(a)) - Number(isTestFile(b)) || (a < b ? -1 : 1);
}

export async function sourceLines({ workspace }: ToolContext, path: string): Promise<string[]> {
  try {
    return (await workspace.files.read(path)).toString('utf8').split('\n');
  } catch {
    return []; // outside the repository, or gone
  }
}
