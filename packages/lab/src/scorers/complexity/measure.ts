import { type Definition, definitionsIn, type Language, parse, type SyntaxNode } from '@heddle/code';
import {
  BRANCHES,
  CASES,
  DEFAULT_CASE,
  ELSE_IFS,
  ELSES,
  HANDLERS,
  LOGICAL,
  LOGICAL_NODES,
  LOOPS,
  NESTED_FUNCTIONS,
  SWITCHES,
} from './kinds.ts';

export interface Complexity {
  /** Paths through it (McCabe 1976): one, and one more for each branch, loop, case, handler and logical operator. */
  readonly cyclomatic: number;
  /** How hard it is to follow (Campbell 2018): branches count more the deeper they are nested, a switch counts once. */
  readonly cognitive: number;
}

interface Sum {
  cyclomatic: number;
  cognitive: number;
}

/** Code outside of all functions. */
export const TOP_LEVEL = '(top level)';

/**
 * The complexity of each outermost function of a text by its name (`Class.method`; several of one name as `name#2`), with
 * what is nested in it, and of the code outside of all functions. Broken text is measured as far as it parses.
 */
export async function complexityIn(language: Language, text: string): Promise<Map<string, Complexity>> {
  const functions = outermost(await definitionsIn(language, text));
  const sums = new Map<string, Sum>();
  const owners = functions.map((definition) => {
    const plain = definition.path.join('.');
    let name = plain;
    for (let n = 2; sums.has(name); n++) name = `${plain}#${n}`;
    sums.set(name, { cyclomatic: 1, cognitive: 0 });
    return { definition, name };
  });
  sums.set(TOP_LEVEL, { cyclomatic: 0, cognitive: 0 });
  using tree = await parse(language, text);
  const measure = new Measure(language, (at) => {
    const owner = owners.find(({ definition }) => definition.start <= at && at < definition.end);
    return sums.get(owner?.name ?? TOP_LEVEL)!;
  });
  measure.visit(tree.root, { nesting: 0, inFunction: false });
  return sums;
}

function outermost(definitions: readonly Definition[]): Definition[] {
  const functions = definitions.filter(({ kind }) => kind === 'function' || kind === 'method');
  return functions.filter(
    (each) =>
      !functions.some(
        (other) =>
          other !== each && other.start <= each.start && each.end <= other.end && other.start < each.start,
      ),
  );
}

interface Place {
  readonly nesting: number;
  readonly inFunction: boolean;
}

class Measure {
  readonly #language: Language;
  readonly #ownerOf: (at: number) => Sum;

  constructor(language: Language, ownerOf: (at: number) => Sum) {
    this.#language = language;
    this.#ownerOf = ownerOf;
  }

  visit(node: SyntaxNode, place: Place): void {
    const { nesting } = place;
    const deeper = { ...place, nesting: nesting + 1 };
    const { type } = node;
    if (!node.isNamed) return;
    if (BRANCHES.has(type)) {
      const chained = isElseIf(node);
      this.#add(node, { cyclomatic: 1, cognitive: chained ? 0 : 1 + nesting });
      for (const child of node.namedChildren) {
        if (child === null) continue;
        // `else if` stands beside its `if`, not inside it.
        const beside = ELSES.has(child.type) || ELSE_IFS.has(child.type) || isElseIf(child);
        if (isElseIf(child) && !ELSES.has(child.type)) this.#add(child, { cyclomatic: 0, cognitive: 1 });
        this.visit(child, beside ? place : deeper);
      }
      if (!chained || hasPlainElse(node)) this.#plainElse(node);
      return;
    }
    if (ELSE_IFS.has(type)) {
      this.#add(node, { cyclomatic: 1, cognitive: 1 });
      this.#children(node, deeper);
      return;
    }
    // That of a switch, a loop or a `try` is no second way of an `if`.
    if (
      ELSES.has(type) &&
      node.parent !== null &&
      (BRANCHES.has(node.parent.type) || ELSE_IFS.has(node.parent.type))
    ) {
      this.#add(node, { cyclomatic: 0, cognitive: 1 });
      const chained = node.namedChildren.some((child) => child !== null && isElseIf(child));
      this.#children(node, chained ? place : deeper);
      return;
    }
    if (LOOPS.has(type) || HANDLERS.has(type)) {
      this.#add(node, { cyclomatic: 1, cognitive: 1 + nesting });
      this.#children(node, deeper);
      return;
    }
    if (SWITCHES.has(type)) {
      this.#add(node, { cyclomatic: 0, cognitive: 1 + nesting });
      this.#children(node, deeper);
      return;
    }
    if (CASES.has(type) && !DEFAULT_CASE.test(node.text.slice(0, 200)))
      this.#add(node, { cyclomatic: 1, cognitive: 0 });
    if (LOGICAL_NODES.has(type)) this.#logical(node);
    if (isFunction(node, this.#language)) {
      this.#children(node, place.inFunction ? deeper : { ...place, inFunction: true });
      return;
    }
    this.#children(node, place);
  }

  #children(node: SyntaxNode, place: Place): void {
    for (const child of node.namedChildren) if (child !== null) this.visit(child, place);
  }

  /** Go and Java have no node for `else`: it is a field of the `if` that holds a block. */
  #plainElse(node: SyntaxNode): void {
    if (hasPlainElse(node)) this.#add(node, { cyclomatic: 0, cognitive: 1 });
  }

  /** One path each; one for cognition where the operator changes. */
  #logical(node: SyntaxNode): void {
    const operator = operatorOf(node);
    if (operator === null) return;
    let { parent } = node;
    while (parent !== null && /^parenthesized/.test(parent.type)) parent = parent.parent;
    const same = parent !== null && LOGICAL_NODES.has(parent.type) && operatorOf(parent) === operator;
    this.#add(node, { cyclomatic: 1, cognitive: same ? 0 : 1 });
  }

  #add(node: SyntaxNode, { cyclomatic, cognitive }: Complexity): void {
    const sum = this.#ownerOf(node.startIndex);
    sum.cyclomatic += cyclomatic;
    sum.cognitive += cognitive;
  }
}

function operatorOf(node: SyntaxNode): string | null {
  const operator = node.children.find((child) => child !== null && !child.isNamed && LOGICAL.has(child.type));
  return operator?.type ?? null;
}

/** An `if` in the place of an `else`. */
function isElseIf(node: SyntaxNode): boolean {
  if (!BRANCHES.has(node.type)) return false;
  const { parent } = node;
  if (parent === null) return false;
  if (ELSES.has(parent.type)) return true;
  return (
    BRANCHES.has(parent.type) &&
    parent.childForFieldName('alternative')?.id === node.id &&
    !/conditional|ternary/.test(parent.type)
  );
}

function hasPlainElse(node: SyntaxNode): boolean {
  const alternative = /conditional|ternary/.test(node.type) ? null : node.childForFieldName('alternative');
  return (
    alternative !== null &&
    !ELSES.has(alternative.type) &&
    !ELSE_IFS.has(alternative.type) &&
    !BRANCHES.has(alternative.type)
  );
}

function isFunction({ type, parent }: SyntaxNode, language: Language): boolean {
  if (type === 'block' || type === 'do_block') return language === 'ruby' && parent?.type === 'call';
  return (
    NESTED_FUNCTIONS.has(type) ||
    /^(?:method|function)_(?:definition|declaration|item)$|^constructor_declaration$|^method$|^singleton_method$/.test(
      type,
    )
  );
}
