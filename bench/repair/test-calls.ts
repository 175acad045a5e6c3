import { type Language, namedNodes, parse, type SyntaxNode } from '@heddle/code';
import type { Definition } from './corpus.ts';

/** The calls of `test` and `it` that stand alone, outside other tests, named by their first argument. */
export async function testCalls(language: Language, path: string, text: string): Promise<Definition[]> {
  using tree = await parse(language, text);
  const found: Definition[] = [];
  for (const node of namedNodes(tree.root)) {
    const title = titleOf(node);
    const start = node.startIndex;
    if (title === null || found.some((outer) => outer.start <= start && start < outer.end)) continue;
    found.push({ path, name: title, start, end: node.endIndex, instead: '' });
  }
  return found;
}

function titleOf(node: SyntaxNode): string | null {
  const call = node.type === 'expression_statement' ? node.namedChildren[0] : null;
  if (call?.type !== 'call_expression') return null;
  if (!/^(?:test|it)$/.test(call.childForFieldName('function')?.text ?? '')) return null;
  const title = call.childForFieldName('arguments')?.namedChildren[0];
  return title?.type === 'string' ? title.text.slice(1, -1) : null;
}
