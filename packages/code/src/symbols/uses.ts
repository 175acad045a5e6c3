import type { SyntaxTree } from '../syntax/parse.ts';
import type { FileSymbols } from './symbol.ts';
import { SYMBOL_TABLES } from './tables.ts';

/** A name longer than this is none: minified text, a template. */
export const MAX_NAME = 200;

/** The names a text uses, but for those of its definitions. */
export function usesIn(
  tree: SyntaxTree,
  definedAt: ReadonlySet<number>,
): Pick<FileSymbols, 'uses' | 'links'> {
  const { root, language, text } = tree;
  const uses = new Map<string, number[]>();
  const links = new Map<string, number>();
  const imported = importedNames(tree);
  const link = (name: string) => links.set(name, (links.get(name) ?? 0) + 1);
  for (const node of root.descendantsOfType([...SYMBOL_TABLES[language].identifiers])) {
    if (node === null || definedAt.has(node.startIndex)) continue;
    const name = nameAt(text, node.startIndex);
    if (name === null) continue;
    const lines = uses.get(name);
    if (lines === undefined) uses.set(name, [node.startPosition.row + 1]);
    else lines.push(node.startPosition.row + 1);
    if (!isMember(text, node.startIndex)) {
      if (imported === null || imported.has(name)) link(name);
    } else {
      link(`.${name}`);
      // `module.name`: a definition at the top of a module, through the module.
      const owner = ownerBefore(text, node.startIndex);
      if (imported === null || imported.has(owner)) link(name);
    }
  }
  return { uses, links };
}

/**
 * The names that come into a file by its imports; null: its language or the file has no way to say so, and any name may
 * be another file's.
 */
function importedNames({ root, language, text }: SyntaxTree): ReadonlySet<string> | null {
  const { imports, identifiers } = SYMBOL_TABLES[language];
  if (imports === undefined) return null;
  const statements = root.descendantsOfType([...imports.statements]).filter((node) => node !== null);
  if (statements.length === 0 && imports.optional) return null;
  const names = new Set<string>();
  for (const statement of statements) {
    // An export of the file's own brings nothing in, `export … from` does.
    if (statement.type === 'export_statement' && statement.childForFieldName('source') === null) continue;
    if (/import\s*\*\s*$/.test(statement.text)) return null;
    for (const node of statement.descendantsOfType([...identifiers]))
      if (node !== null) names.add(nameAt(text, node.startIndex) ?? '');
  }
  return names;
}

function isMember(text: string, index: number): boolean {
  const before = text[index - 1];
  return (before === '.' && text[index - 2] !== '.') || (before === '>' && text[index - 2] === '-');
}

/** In `shop.cart` of `cart`: `shop`; empty where it is no name. */
function ownerBefore(text: string, index: number): string {
  const end = index - 1;
  let start = end;
  while (start > 0 && /[\w$]/.test(text[start - 1]!)) start--;
  return text.slice(start, end);
}

/** Names are read from the text, not asked of the tree: that takes a tenth of the time. */
const NAME = /[\p{L}\p{N}_$@?!#-]+/uy;
const PLAIN_NAME = /[\w$]+/y;

function nameAt(text: string, index: number): string | null {
  PLAIN_NAME.lastIndex = index;
  let name = PLAIN_NAME.exec(text)?.[0] ?? '';
  const next = text.charCodeAt(index + name.length);
  if (name === '' || next > 127 || next === 63 || next === 33) {
    NAME.lastIndex = index;
    name = NAME.exec(text)?.[0] ?? '';
  }
  return name === '' || name.length > MAX_NAME ? null : name;
}
