import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Node, Parser, Tree } from 'web-tree-sitter';
import { grammarOf, type Language } from './languages.ts';

/** A node of a syntax tree. Indices are UTF-16 offsets into the parsed text; rows and columns start at 0. */
export type SyntaxNode = Node;

/** A parsed text. Its memory is outside JavaScript's heap: hold it with `using`, or call `delete()`. */
export interface SyntaxTree extends Disposable {
  readonly language: Language;
  readonly text: string;
  /** Valid until the tree is deleted. */
  readonly root: SyntaxNode;
  delete(): void;
}

const require = createRequire(import.meta.url);
const parsers = new Map<Language, Promise<Parser>>();
let runtime: Promise<typeof import('web-tree-sitter')> | undefined;

/**
 * Parses a text. Never rejects for broken source: errors become `ERROR` and missing nodes of the tree.
 * The first call loads the runtime and the language's grammar (tens of milliseconds), later ones don't.
 */
export async function parse(language: Language, text: string): Promise<SyntaxTree> {
  let loading = parsers.get(language);
  if (!loading) {
    loading = loadParser(language);
    parsers.set(language, loading);
  }
  const parser = await loading;
  const tree = parser.parse(text);
  // Null only for a parser without a language or a cancelled parse: neither can happen here.
  if (!tree) throw new Error(`tree-sitter returned no tree for ${language}`);
  return new ParsedText(language, text, tree);
}

class ParsedText implements SyntaxTree {
  readonly language: Language;
  readonly text: string;
  #tree: Tree | null;

  constructor(language: Language, text: string, tree: Tree) {
    this.language = language;
    this.text = text;
    this.#tree = tree;
  }

  get root(): SyntaxNode {
    if (!this.#tree) throw new Error('The syntax tree was already deleted.');
    return this.#tree.rootNode;
  }

  delete(): void {
    this.#tree?.delete();
    this.#tree = null;
  }

  [Symbol.dispose](): void {
    this.delete();
  }
}

async function loadParser(language: Language): Promise<Parser> {
  runtime ??= loadRuntime();
  const { Language: Grammar, Parser } = await runtime;
  const parser = new Parser();
  parser.setLanguage(await Grammar.load(join(grammarFolder(language), grammarOf(language))));
  return parser;
}

/** The collection has every grammar but that of C. */
function grammarFolder(language: Language): string {
  return language === 'c'
    ? dirname(require.resolve('tree-sitter-c/package.json'))
    : join(dirname(require.resolve('@vscode/tree-sitter-wasm/package.json')), 'wasm');
}

async function loadRuntime(): Promise<typeof import('web-tree-sitter')> {
  const treeSitter = await import('web-tree-sitter');
  await treeSitter.Parser.init();
  return treeSitter;
}
