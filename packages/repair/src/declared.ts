import type { Syntax } from './syntax.ts';

/** Functions, methods and constructors of a file by the name they are called by; the first of a name counts. */
export class Declared {
  readonly #functions = new Map<string, Syntax>();
  readonly #classes = new Map<string, Syntax | null>();

  constructor(nodes: readonly Syntax[]) {
    for (const node of nodes) {
      const name = declaredName(node);
      if (name === null) continue;
      if (node.kind === 'function' && !this.#functions.has(name)) this.#functions.set(name, node);
      if (node.kind === 'class' && !this.#classes.has(name)) this.#classes.set(name, constructorOf(node));
    }
  }

  get(name: string): Syntax | null {
    return this.#functions.get(name) ?? this.#classes.get(name) ?? null;
  }
}

/** What a function or a class is called by. */
export function declaredName(node: Syntax): string | null {
  const named = node.at('name') ?? (node.parent?.kind === 'bind' ? node.parent.at('name') : null);
  return named?.text ?? null;
}

/** The method that a call of a class runs. */
export function constructorOf(made: Syntax): Syntax | null {
  for (const node of made.walk())
    if (node.kind === 'function' && /^(?:__init__|constructor)$/.test(declaredName(node) ?? '')) return node;
  return null;
}
