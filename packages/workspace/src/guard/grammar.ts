import { createRequire } from 'node:module';
import type { Node, Parser } from 'web-tree-sitter';

export type ShellNode = Node;

const require = createRequire(import.meta.url);
let loading: Promise<Parser> | undefined;

/**
 * The syntax tree of a bash text, given to `read` and freed after it. Never rejects for broken text: errors become
 * `ERROR` and missing nodes. The first call loads the grammar (tens of milliseconds).
 */
export async function loadShellParser(): Promise<<T>(text: string, read: (root: ShellNode) => T) => T> {
  loading ??= load();
  const parser = await loading;
  return (text, read) => {
    const tree = parser.parse(text);
    // Null only for a parser without a language or a cancelled parse: neither can happen here.
    if (tree === null) throw new Error('tree-sitter returned no tree for bash');
    try {
      return read(tree.rootNode);
    } finally {
      tree.delete();
    }
  };
}

async function load(): Promise<Parser> {
  const { Language, Parser } = await import('web-tree-sitter');
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(
    await Language.load(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-bash.wasm')),
  );
  return parser;
}
