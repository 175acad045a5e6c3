import type { Scope } from './scope.ts';
import type { Syntax } from './syntax.ts';

/** Whether a name is being bound here rather than used. */
export function isBinding(node: Syntax): boolean {
  const { parent, field } = node;
  if (!parent) return true;
  switch (parent.kind) {
    case 'function':
    case 'class':
      return field === 'name' || field === 'parameter';
    case 'bind':
      return field === 'name';
    case 'parameters':
    case 'import':
      return true;
    case 'default-parameter':
      return field === 'left' || field === 'name';
    case 'catch':
      return field === 'parameter';
    case 'for-each':
    case 'each':
      return field === 'left';
    default:
      return /import|export_specifier|pattern|type|decorator|labeled|typed_parameter/.test(parent.type);
  }
}

/** Where each name of a file is mentioned, and which mentions nothing binds. */
export class Mentions {
  readonly #nodes = new Map<string, Syntax[]>();
  readonly #known: ReadonlySet<string>;
  /** After `from x import *` anything may be bound. */
  readonly #open: boolean;

  constructor(nodes: readonly Syntax[], known: ReadonlySet<string>) {
    this.#known = known;
    this.#open = nodes.some(({ type }) => type === 'wildcard_import');
    for (const node of nodes) {
      if (node.kind !== 'name') continue;
      const seen = this.#nodes.get(node.text);
      if (seen) seen.push(node);
      else this.#nodes.set(node.text, [node]);
    }
  }

  of(name: string): readonly Syntax[] {
    return this.#nodes.get(name) ?? [];
  }

  /** Lines to the nearest other mention of a name. */
  distance(name: string, from: Syntax): number {
    let least = Number.POSITIVE_INFINITY;
    for (const node of this.of(name)) {
      if (node !== from) least = Math.min(least, Math.abs(node.line - from.line));
    }
    return least;
  }

  /** Whether a name is used anywhere in a function but where it is bound. */
  isUsed(name: string, owner: Syntax, except: Syntax): boolean {
    return this.of(name).some(
      (node) => node !== except && node.start >= owner.start && node.end <= owner.end && !isTarget(node),
    );
  }

  /** Whether nothing in sight, nor the language, binds the name used at a node. */
  isUnbound(node: Syntax, scope: Scope): boolean {
    if (this.#open || this.#known.has(node.text) || isBinding(node)) return false;
    return !scope.some(({ name }) => name === node.text);
  }
}

/** Bound or assigned to, as against read. */
function isTarget(node: Syntax): boolean {
  return isBinding(node) || (node.parent?.kind === 'assign' && node.field === 'left');
}
