import type { SyntaxNode } from '../syntax/parse.ts';

/** A syntax node copied out of the parser's memory, where each look costs a call. */
export interface Light {
  readonly type: string;
  /** False: a token of the grammar (`(`, `return`). */
  readonly named: boolean;
  /** UTF-16 offsets, the end excluded. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly Light[];
}

/** A node with all below it. */
export function lightTree(root: SyntaxNode): Light {
  const cursor = root.walk();
  try {
    const read = (): Light & { readonly children: Light[] } => ({
      type: cursor.nodeType,
      named: cursor.nodeIsNamed,
      start: cursor.startIndex,
      end: cursor.endIndex,
      children: [],
    });
    const top = read();
    const open = [top];
    for (;;) {
      if (cursor.gotoFirstChild()) {
        const node = read();
        open.at(-1)!.children.push(node);
        open.push(node);
        continue;
      }
      for (;;) {
        open.pop();
        if (open.length === 0) return top;
        if (cursor.gotoNextSibling()) break;
        cursor.gotoParent();
      }
      const node = read();
      open.at(-1)!.children.push(node);
      open.push(node);
    }
  } finally {
    cursor.delete();
  }
}
