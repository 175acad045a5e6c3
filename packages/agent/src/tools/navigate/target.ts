import { type LanguageClient, languageOf, type Position, symbolsOf } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import type { ToolContext } from '../../tool.ts';
import { tidyPath } from '../edit/paths.ts';
import { definitionsOf, LiveCode, nameParts, type Place } from './live-code.ts';

/** A line given from memory is often off by a few. */
const NEAR_LINES = 3;
/** Places listed when a name alone says too little. */
const MAX_CHOICES = 20;

/** Where a symbol is meant: a definition or a use of it. */
export interface Target {
  readonly name: string;
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly position: Position;
  /** Further places of the name in that line: they may mean something else. */
  readonly others: readonly Position[];
}

export interface Address {
  readonly name: string;
  readonly path?: string | undefined;
  readonly line?: number | undefined;
}

/**
 * Finds what a name means: in the given file and near the given line, else its only definition in the repository.
 * Throws ModelFacingError `unknown-symbol`, `ambiguous` (with the places to choose from).
 */
export async function findTarget(context: ToolContext, { name, path, line }: Address): Promise<Target> {
  const { last } = nameParts(name);
  if (path !== undefined)
    return targetIn(context, { name, path: tidyPath(path, context.workspace.root), line });
  const index = await LiveCode.of(context).index(context);
  const places = withoutDeclarations(definitionsOf(index, name));
  if (places.length === 0) {
    throw new ModelFacingError(
      'unknown-symbol',
      `Nothing in the repository defines ${name}. Search parts of the name with symbols, or text with bash (rg).`,
    );
  }
  if (places.length > 1) {
    throw new ModelFacingError(
      'ambiguous',
      `${places.length} definitions are called ${name}. Give path and line of the one you mean:\n${choices(places)}`,
    );
  }
  const { path: only, symbol } = places[0]!;
  return targetIn(context, { name: last, path: only, line: symbol.line });
}

/** A header, a stub or a declaration file says that there is a symbol; its definition is what is meant. */
const DECLARING = /\.(?:pyi|h|hh|hpp|hxx|d\.[cm]?ts)$/;

function withoutDeclarations(places: readonly Place[]): readonly Place[] {
  const defining = places.filter(({ path }) => !DECLARING.test(path));
  return defining.length > 0 ? defining : places;
}

async function targetIn(
  context: ToolContext,
  { name, path, line }: { name: string; path: string; line?: number | undefined },
): Promise<Target> {
  const { last } = nameParts(name);
  const text = (await context.workspace.files.read(path)).toString('utf8');
  const lines = text.split('\n');
  const rows = [...lines.keys()].filter((row) => columnOf(lines[row]!, last) >= 0);
  const at = (row: number): Target => {
    const [position, ...others] = columnsOf(lines[row]!, last).map((character) => ({ line: row, character }));
    return { name: last, path, line: row + 1, position: position!, others };
  };
  if (rows.length === 0)
    throw new ModelFacingError('unknown-symbol', `${path} does not contain the name ${last}.`);
  if (line !== undefined) {
    const near = rows
      .filter((row) => Math.abs(row + 1 - line) <= NEAR_LINES)
      .sort((a, b) => Math.abs(a + 1 - line) - Math.abs(b + 1 - line));
    if (near[0] !== undefined) return at(near[0]);
    const where = rows.slice(0, MAX_CHOICES).map((row) => row + 1);
    throw new ModelFacingError(
      'unknown-symbol',
      `Line ${line} of ${path} does not contain ${last}; lines ${where.join(', ')}${rows.length > where.length ? '…' : ''} do.`,
    );
  }
  const language = languageOf(path);
  if (language !== null) {
    const { symbols } = await symbolsOf(language, text);
    const { container } = nameParts(name);
    const own = symbols.filter(
      (symbol) =>
        symbol.name === last && (container === '' || `.${symbol.container}`.endsWith(`.${container}`)),
    );
    if (own.length > 1) {
      throw new ModelFacingError(
        'ambiguous',
        `${own.length} definitions in ${path} are called ${name}. Give the line of the one you mean:\n${choices(own.map((symbol) => ({ path, symbol })))}`,
      );
    }
    if (own[0] !== undefined && rows.includes(own[0].line - 1)) return at(own[0].line - 1);
  }
  return at(rows[0]!);
}

/** Where a name first stands in a line as a word of its own; -1: nowhere. */
export function columnOf(line: string, name: string): number {
  return columnsOf(line, name)[0] ?? -1;
}

function columnsOf(line: string, name: string): number[] {
  const found: number[] = [];
  for (let at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
    const before = line[at - 1] ?? ' ';
    const after = line[at + name.length] ?? ' ';
    if (!/[\w$]/.test(before) && !/[\w$]/.test(after)) found.push(at);
  }
  return found;
}

/** Throws ModelFacingError `ambiguous` when a name stands twice in its line and means two things there. */
export async function refuseTwoMeanings(
  client: LanguageClient,
  { name, path, line, position, others }: Target,
  limit: Parameters<LanguageClient['definition']>[2],
): Promise<void> {
  if (others.length === 0) return;
  const meanings = new Set<string>();
  for (const each of [position, ...others]) {
    const [definition] = await client.definition(path, each, limit);
    if (definition === undefined) continue;
    const where = client.pathOf(definition.uri) ?? definition.uri;
    meanings.add(`${where}:${definition.range.start.line + 1}`);
  }
  if (meanings.size < 2) return;
  throw new ModelFacingError(
    'ambiguous',
    `${name} means ${meanings.size} things in line ${line} of ${path}, defined at ${[...meanings].join(' and ')}. Give path and line of the definition you mean.`,
  );
}

function choices(places: readonly Place[]): string {
  const shown = places.slice(0, MAX_CHOICES).map(placeLine);
  if (places.length > shown.length) shown.push(`[${places.length - shown.length} more left out]`);
  return shown.join('\n');
}

/** `src/cart.ts:12-30 method Cart.add` */
export function placeLine({ path, symbol }: Place): string {
  const { kind, container, name, line, to } = symbol;
  const range = to > line ? `${line}-${to}` : `${line}`;
  return `${path}:${range} ${kind} ${container === '' ? '' : `${container}.`}${name}`;
}
