import type { Language } from './languages.ts';
import { parse, type SyntaxNode } from './parse.ts';

/** Where a text does not follow its language's grammar. */
export interface SyntaxError {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units. */
  readonly column: number;
  /** What is wrong there, one line. */
  readonly text: string;
}

/** More than this many places say nothing new: one slip often breaks the rest of the file. */
const MAX_ERRORS = 20;
/** Characters quoted of the text that could not be read. */
const MAX_QUOTE = 60;

/** The places where a text breaks its grammar, in order; empty when it parses. At most `most`. */
export async function syntaxErrors(
  language: Language,
  text: string,
  most = MAX_ERRORS,
): Promise<SyntaxError[]> {
  using tree = await parse(language, text);
  const errors: SyntaxError[] = [];
  collect(tree.root, errors, most);
  return errors;
}

function collect(node: SyntaxNode, into: SyntaxError[], most: number): void {
  if (!node.hasError || into.length >= most) return;
  if (node.isMissing) {
    into.push(at(node, `missing ${node.type}`));
  } else if (node.isError) {
    const [quoted = ''] = node.text.split('\n', 1);
    into.push(at(node, `unexpected ${JSON.stringify(quoted.slice(0, MAX_QUOTE))}`));
  } else {
    for (const child of node.children) if (child) collect(child, into, most);
  }
}

function at(node: SyntaxNode, text: string): SyntaxError {
  return { line: node.startPosition.row + 1, column: node.startPosition.column + 1, text };
}
