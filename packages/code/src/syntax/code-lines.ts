import type { Language } from './languages.ts';
import { parse, type SyntaxNode } from './parse.ts';

/**
 * The lines (1-based) of a text that hold code someone could have got wrong: at least one named token or
 * operator outside comments. Lines with only brackets, separators or comments are not among them.
 */
export async function codeLines(language: Language, text: string): Promise<Set<number>> {
  using tree = await parse(language, text);
  const lines = new Set<number>();
  collect(tree.root, lines);
  return lines;
}

const PUNCTUATION = /^[()[\]{},;:]+$/;

function collect(node: SyntaxNode, lines: Set<number>): void {
  if (node.type === 'comment' || isDocstring(node)) return;
  if (node.childCount > 0) {
    for (const child of node.children) if (child) collect(child, lines);
    return;
  }
  if (node.startIndex === node.endIndex || PUNCTUATION.test(node.type)) return;
  for (let row = node.startPosition.row; row <= node.endPosition.row; row++) lines.add(row + 1);
}

function isDocstring(node: SyntaxNode): boolean {
  return node.type === 'expression_statement' && node.childCount === 1 && node.firstChild?.type === 'string';
}
