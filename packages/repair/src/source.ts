import { parse, type SyntaxTree } from '@heddle/code';
import type { Kind } from './kinds.ts';
import type { LanguageTable } from './language-table.ts';
import { type RepairLanguage, tableOf } from './languages.ts';
import { Syntax } from './syntax.ts';

/** One file of the repository, read and parsed. */
export interface Source {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly language: RepairLanguage;
  readonly table: LanguageTable;
  readonly root: Syntax;
}

export async function readSource(path: string, language: RepairLanguage, text: string): Promise<Source> {
  const table = tableOf(language);
  using tree = await parse(language, text);
  return { path, text, lines: text.split('\n'), language, table, root: plain(tree, table) };
}

/** Whether a text follows its language's grammar. */
export async function parses(language: RepairLanguage, text: string): Promise<boolean> {
  using tree = await parse(language, text);
  return !tree.root.hasError;
}

function plain(tree: SyntaxTree, table: LanguageTable): Syntax {
  const cursor = tree.root.walk();
  const visit = (parent: Syntax | null): Syntax => {
    const type = cursor.nodeType;
    const node = new Syntax({
      type,
      kind: null,
      named: cursor.nodeIsNamed,
      field: cursor.currentFieldName,
      start: cursor.startIndex,
      end: cursor.endIndex,
      line: cursor.startPosition.row + 1,
      endLine: cursor.endPosition.row + 1,
      parent,
      source: tree.text,
    });
    if (cursor.gotoFirstChild()) {
      do node.children.push(visit(node));
      while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    // The kind of an operator node depends on its operator, which is a child: known only now.
    if (node.named) (node as { kind: Kind | null }).kind = table.kindOf(node);
    return node;
  };
  try {
    return visit(null);
  } finally {
    cursor.delete();
  }
}
