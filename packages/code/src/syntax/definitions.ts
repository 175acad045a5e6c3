import {
  DEFINITION_NODES,
  type DefinitionKind,
  type DefinitionNode,
  FUNCTION_VALUES,
  LEADING,
  WRAPPERS,
} from './definition-nodes.ts';
import type { Language } from './languages.ts';
import { parse, type SyntaxNode } from './parse.ts';

/** A stretch of a text. */
export interface Extent {
  /** UTF-16 offsets, the end excluded. */
  readonly start: number;
  readonly end: number;
  /** 1-based lines, the last included. */
  readonly line: number;
  readonly endLine: number;
}

/** Something a text defines: all of it, its decorators, `export` and `template <…>` included. */
export interface Definition extends Extent {
  readonly name: string;
  /** Its name after those of what it is in: `['Class', 'method']`. */
  readonly path: readonly string[];
  readonly kind: DefinitionKind;
  /** What stands between its braces, below its colon or after its `=`; null where there is none. */
  readonly body: Extent | null;
  /** 1-based line of its name. */
  readonly nameLine: number;
}

/** All a text defines, outer before inner, in source order. Locals are left out, functions in functions are not. */
export async function definitionsIn(language: Language, text: string): Promise<Definition[]> {
  using tree = await parse(language, text);
  const found: Definition[] = [];
  visit(tree.root, { language, path: [], local: false }, found);
  return found;
}

/**
 * The definitions a name may mean: `method`, `Class.method` or `Class::method`, by the end of their paths. A name that
 * is the whole path of one means that one and its overloads.
 */
export function definitionsNamed(definitions: readonly Definition[], name: string): Definition[] {
  const wanted = name
    .split(/\.|::|#|\//)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (wanted.length === 0) return [];
  const matching = definitions.filter(({ path }) => endsWith(path, wanted));
  const whole = matching.filter(({ path }) => path.length === wanted.length);
  return whole.length > 0 ? whole : matching;
}

function endsWith(path: readonly string[], end: readonly string[]): boolean {
  const from = path.length - end.length;
  return from >= 0 && end.every((part, index) => path[from + index] === part);
}

interface Scope {
  readonly language: Language;
  readonly path: readonly string[];
  /** Inside a function. */
  readonly local: boolean;
}

function visit(node: SyntaxNode, scope: Scope, found: Definition[]): void {
  const definition = node.isNamed ? DEFINITION_NODES[scope.language][node.type] : undefined;
  const inner = definition === undefined ? scope : define(node, definition, scope, found);
  for (const child of node.namedChildren) if (child && child.namedChildCount > 0) visit(child, inner, found);
}

function define(node: SyntaxNode, spec: DefinitionNode, scope: Scope, found: Definition[]): Scope {
  const named = nameNode(node.childForFieldName(spec.name ?? 'name'));
  if (named === null || (spec.global && scope.local)) return scope;
  const names = namesOf(named);
  const name = names.at(-1)!;
  if (name === '') return scope;
  const path = [...scope.path, ...receiverOf(node, scope.language), ...names];
  const inner: Scope = { ...scope, path };
  if (spec.container) return inner;
  const value = node.childForFieldName(spec.body ?? 'body');
  // `struct a b;` uses a type, `class A;` announces one: neither defines it.
  if (value === null && node.type.endsWith('_specifier')) return scope;
  const isFunction = spec.kind === 'variable' && value !== null && FUNCTION_VALUES.has(value.type);
  const body = isFunction ? (value.childForFieldName('body') ?? value) : value;
  found.push({
    name,
    path,
    kind: isFunction ? (node.type.includes('field') ? 'method' : 'function') : kindOf(spec, path),
    ...wholeOf(node),
    body: body === null ? null : extent(body, body),
    nameLine: named.startPosition.row + 1,
  });
  const calls = isFunction || spec.kind === 'function' || spec.kind === 'method';
  return { ...inner, local: scope.local || calls };
}

/** A function of a class is its method, whatever the grammar calls it. */
function kindOf({ kind }: DefinitionNode, path: readonly string[]): DefinitionKind {
  return kind === 'function' && path.length > 1 && /^[A-Z]/.test(path.at(-2)!) ? 'method' : kind;
}

/** The name inside a declarator (`*f(int)`, `x = 1`), or the node itself. */
function nameNode(node: SyntaxNode | null): SyntaxNode | null {
  let inner = node;
  while (inner !== null) {
    const next =
      inner.childForFieldName('declarator') ??
      (inner.type === 'variable_declarator' ? inner.childForFieldName('name') : null);
    if (next === null) break;
    inner = next;
  }
  if (inner?.type === 'reference_declarator') return nameNode(inner.namedChild(0));
  return inner;
}

/** `A::f` is the function `f` of `A`; a type's arguments are no part of its name. */
function namesOf(node: SyntaxNode): string[] {
  const text = node.text.replaceAll(/<[^<>]*>/g, '').replaceAll(/^["'`]|["'`]$/g, '');
  // Patterns (`{ a, b } = c`), computed names and members (`self.x = 1`) are no names.
  if (/[\s{}[\]().,&*]/.test(text) && !text.startsWith('operator')) return [''];
  return text.startsWith('operator') ? [text] : text.split('::');
}

/** The type a Go method belongs to. */
function receiverOf(node: SyntaxNode, language: Language): string[] {
  if (language !== 'go' || node.type !== 'method_declaration') return [];
  const receiver = node.childForFieldName('receiver')?.text ?? '';
  const name = /([A-Za-z_]\w*)\s*(?:\[[^\]]*\])?\s*\)$/.exec(receiver)?.[1];
  return name === undefined ? [] : [name];
}

function wholeOf(node: SyntaxNode): Extent {
  let first = node;
  let last = node;
  while (first.parent !== null && WRAPPERS.has(first.parent.type) && isAlone(first)) {
    first = first.parent;
    last = first;
  }
  while (first.previousNamedSibling !== null && LEADING.has(first.previousNamedSibling.type))
    first = first.previousNamedSibling;
  // In C the `;` after a struct is a node of its own.
  if (node.type.endsWith('_specifier') && last.nextSibling?.type === ';') last = last.nextSibling;
  return extent(first, last);
}

/** Whether nothing else is defined in its parent (`const a = 1, b = 2`). */
function isAlone(node: SyntaxNode): boolean {
  const siblings = node.parent!.namedChildren.filter((child) => child?.type === node.type);
  return siblings.length === 1;
}

function extent(first: SyntaxNode, last: SyntaxNode): Extent {
  // A node that ends with its line's end (C's macros) does not reach into the next one.
  const { row, column } = last.endPosition;
  const endsBefore = column === 0 && row > first.startPosition.row;
  return {
    start: first.startIndex,
    end: endsBefore && last.text.endsWith('\n') ? last.endIndex - 1 : last.endIndex,
    line: first.startPosition.row + 1,
    endLine: endsBefore ? row : row + 1,
  };
}
