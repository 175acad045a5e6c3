import type { Query } from 'web-tree-sitter';
import type { Language } from '../syntax/languages.ts';
import { parse, type SyntaxNode, type SyntaxTree } from '../syntax/parse.ts';
import { type CodeSymbol, type FileSymbols, SYMBOL_KINDS, type SymbolKind } from './symbol.ts';
import { SYMBOL_TABLES } from './tables.ts';
import { MAX_NAME, usesIn } from './uses.ts';

/** Changed whenever the same text may give other symbols: what was kept of older ones is then made anew. */
export const EXTRACTOR_VERSION = 2;

/** What a text defines and uses. Broken source gives what can still be read of it. */
export async function symbolsOf(language: Language, text: string): Promise<FileSymbols> {
  using tree = await parse(language, text);
  const found = definitions(await queryOf(tree), tree);
  return {
    symbols: found.map(({ symbol }) => symbol),
    ...usesIn(tree, new Set(found.map(({ nameAt }) => nameAt))),
  };
}

const queries = new Map<Language, Query>();

async function queryOf(tree: SyntaxTree): Promise<Query> {
  const known = queries.get(tree.language);
  if (known !== undefined) return known;
  const { Query: TreeQuery } = await import('web-tree-sitter');
  const query = new TreeQuery(tree.root.tree.language, SYMBOL_TABLES[tree.language].definitions);
  queries.set(tree.language, query);
  return query;
}

interface Found {
  readonly symbol: CodeSymbol;
  readonly nameAt: number;
}

/** A definition or scope as the query found it. */
interface Match {
  readonly kind: SymbolKind | 'scope';
  readonly name: string;
  readonly nameAt: number;
  readonly line: number;
  readonly in: string | null;
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
  readonly pattern: number;
}

function definitions(query: Query, { root, text }: SyntaxTree): Found[] {
  const byName = new Map<number, Match>();
  for (const { captures, patternIndex } of query.matches(root)) {
    const match = matchOf(captures, patternIndex);
    if (match === null) continue;
    const known = byName.get(match.nameAt);
    if (known === undefined || match.pattern < known.pattern) byName.set(match.nameAt, match);
  }
  const matches = [...byName.values()].sort((a, b) => a.start - b.start || b.end - a.end);
  const exported = exportsOf(root);
  const open: { readonly match: Match; readonly path: string; readonly end: number }[] = [];
  const found: Found[] = [];
  for (const match of matches) {
    while (open.length > 0 && open.at(-1)!.end < match.end) open.pop();
    const around = open.at(-1);
    const container = [around?.path, match.kind === 'scope' ? null : match.in].filter(Boolean).join('.');
    const inner = match.kind === 'scope' ? (match.in ?? match.name) : match.name;
    const path = container === '' ? inner : `${container}.${inner}`;
    // A namespace without braces has the rest of the file.
    const end = match.kind === 'namespace' && isStatement(match, text) ? text.length : match.end;
    if (CONTAINERS.includes(match.kind)) open.push({ match, path, end });
    if (match.kind === 'scope') continue;
    const { name, line, from, to, nameAt } = match;
    const inside = around?.match.kind === 'function' || around?.match.kind === 'method';
    const local = inside || (container === '' && !exported(match));
    const kind = kindIn(match.kind, match.in !== null ? 'scope' : around?.match.kind);
    found.push({ symbol: { name, kind, container, line, from, to, local }, nameAt });
  }
  return found;
}

/** Which definitions at the top of a file others can use. Only modules of JavaScript and TypeScript say so plainly. */
function exportsOf(root: SyntaxNode): (match: Match) => boolean {
  const statements = root.namedChildren.filter((node) => node !== null);
  const exports = statements.filter(({ type }) => type === 'export_statement');
  if (exports.length === 0 && !statements.some(({ type }) => type === 'import_statement')) return () => true;
  if (root.type !== 'program') return () => true;
  const listed = new Set(
    exports
      .filter((node) => node.childForFieldName('declaration') === null)
      .flatMap(({ text }) => (text.length > MAX_EXPORT_LIST ? [] : (text.match(/[\w$]+/g) ?? []))),
  );
  return ({ name, start, end }) =>
    listed.has(name) || exports.some((node) => node.startIndex <= start && end <= node.endIndex);
}

/** `export default {…}` of a whole program is no list of names. */
const MAX_EXPORT_LIST = 5_000;

const TYPES: readonly (SymbolKind | 'scope' | undefined)[] = [
  'class',
  'interface',
  'struct',
  'enum',
  'scope',
];
const CONTAINERS: readonly (SymbolKind | 'scope' | undefined)[] = [
  ...TYPES,
  'namespace',
  'function',
  'method',
];

/** A function right inside a type is a method. */
function kindIn(kind: SymbolKind, around: SymbolKind | 'scope' | undefined): SymbolKind {
  return kind === 'function' && TYPES.includes(around) ? 'method' : kind;
}

function isStatement({ from, to, end }: Match, text: string): boolean {
  return from === to && text[end - 1] !== '}';
}

function matchOf(
  captures: readonly { readonly name: string; readonly node: SyntaxNode }[],
  pattern: number,
): Match | null {
  let name: SyntaxNode | null = null;
  let inside: string | null = null;
  let whole: { readonly node: SyntaxNode; readonly kind: SymbolKind | 'scope' } | null = null;
  for (const { name: capture, node } of captures) {
    if (capture === 'name') name = node;
    else if (capture === 'in') inside = plain(node.text);
    else if (isKind(capture)) whole = { node, kind: capture };
  }
  if (whole === null || (name === null && whole.kind !== 'scope')) return null;
  const { node, kind } = whole;
  let text = name?.text ?? '';
  if (text.length > MAX_NAME || text.includes('\n')) return null;
  let nameAt = name?.startIndex ?? -node.startIndex - 1;
  // `class Shop::Cart`, `int shop::Cart<T>::total()`: what comes before the last part contains it.
  const last = text.startsWith('operator') ? -1 : text.lastIndexOf('::');
  if (last > 0) {
    inside = [inside, ...plain(text.slice(0, last)).split('::')].filter(Boolean).join('.');
    nameAt += last + 2;
    text = text.slice(last + 2);
  }
  return {
    kind,
    name: kind === 'scope' ? (inside ?? '') : text,
    nameAt,
    line: (name ?? node).startPosition.row + 1,
    in: inside,
    start: node.startIndex,
    end: node.endIndex,
    from: node.startPosition.row + 1,
    // Some nodes include the line end behind them.
    to: node.endPosition.row + (node.endPosition.column === 0 ? 0 : 1),
    pattern,
  };
}

/** Without type arguments. */
function plain(name: string): string {
  return name.replaceAll(/<[^<>]*>/g, '').trim();
}

function isKind(capture: string): capture is SymbolKind | 'scope' {
  return capture === 'scope' || (SYMBOL_KINDS as readonly string[]).includes(capture);
}
