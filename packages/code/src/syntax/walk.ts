import type { SyntaxNode } from './parse.ts';

/** A node's named descendants and itself, parents before children, in source order. */
export function* namedNodes(node: SyntaxNode): Generator<SyntaxNode> {
  const cursor = node.walk();
  try {
    for (;;) {
      if (cursor.nodeIsNamed) yield cursor.currentNode;
      if (cursor.gotoFirstChild()) continue;
      while (!cursor.gotoNextSibling()) if (!cursor.gotoParent()) return;
    }
  } finally {
    cursor.delete();
  }
}
