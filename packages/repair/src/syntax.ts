import type { Kind } from './kinds.ts';

/**
 * A syntax tree as plain objects: candidate generation visits each node many times, and every look at a
 * tree-sitter node crosses into WebAssembly. Offsets are UTF-16, lines 1-based.
 */
export class Syntax {
  readonly type: string;
  /** What it is, whatever the language calls it; null for what no operator cares about. */
  readonly kind: Kind | null;
  readonly named: boolean;
  /** Its field in the parent (`left`, `condition`…), if any. */
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly endLine: number;
  readonly parent: Syntax | null;
  readonly children: Syntax[] = [];
  readonly #source: string;

  constructor(of: SyntaxParts) {
    this.type = of.type;
    this.kind = of.kind;
    this.named = of.named;
    this.field = of.field;
    this.start = of.start;
    this.end = of.end;
    this.line = of.line;
    this.endLine = of.endLine;
    this.parent = of.parent;
    this.#source = of.source;
  }

  get text(): string {
    return this.#source.slice(this.start, this.end);
  }

  /** Named children without comments. */
  get parts(): Syntax[] {
    return this.children.filter((child) => child.named && child.kind !== 'comment');
  }

  /** The child in a field. */
  at(field: string): Syntax | null {
    return this.children.find((child) => child.field === field) ?? null;
  }

  /** The nearest ancestor of one of the kinds. */
  within(...kinds: Kind[]): Syntax | null {
    for (let node = this.parent; node; node = node.parent)
      if (node.kind && kinds.includes(node.kind)) return node;
    return null;
  }

  /** Itself and all named descendants, parents first. */
  *walk(): Generator<Syntax> {
    yield this;
    for (const child of this.children) if (child.named) yield* child.walk();
  }
}

interface SyntaxParts {
  readonly type: string;
  readonly kind: Kind | null;
  readonly named: boolean;
  readonly field: string | null;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly endLine: number;
  readonly parent: Syntax | null;
  readonly source: string;
}
