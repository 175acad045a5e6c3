import type { Language } from '../syntax/languages.ts';
import type { Light } from './light-tree.ts';

/**
 * What of a tree's tokens surely means nothing, because the tree's shape says it already. Anything not named here
 * counts.
 */
interface Meaningless {
  /** Lists whose last comma, right before the closing bracket and after an element, may be there or not. */
  readonly trailingComma: ReadonlySet<string>;
  /** `;` and line ends that close or part statements: everywhere but directly in these nodes. Null: they count. */
  readonly separatorsBut: ReadonlySet<string> | null;
  /** Round brackets that only group (`parenthesized_expression`). */
  readonly parentheses: boolean;
}

const JAVASCRIPT: Meaningless = {
  trailingComma: new Set([
    'array',
    'array_pattern',
    'object',
    'object_pattern',
    'arguments',
    'formal_parameters',
    'named_imports',
    'export_clause',
    'enum_body',
    'type_arguments',
    'tuple_type',
  ]),
  separatorsBut: new Set(['for_statement']),
  parentheses: true,
};

const NOTHING: Meaningless = { trailingComma: new Set(), separatorsBut: null, parentheses: false };

/**
 * In Rust `(a.f)(x)` and in C++ `decltype((x))` brackets mean something: there they count. A comma makes a Python
 * subscript a tuple, and a Ruby block's parameters others: only lists where it cannot are named.
 */
const MEANINGLESS: Readonly<Record<Language, Meaningless>> = {
  javascript: JAVASCRIPT,
  typescript: JAVASCRIPT,
  tsx: JAVASCRIPT,
  python: {
    trailingComma: new Set([
      'argument_list',
      'parameters',
      'list',
      'set',
      'dictionary',
      'tuple',
      'import_from_statement',
    ]),
    separatorsBut: new Set(),
    parentheses: true,
  },
  go: {
    trailingComma: new Set(['argument_list', 'parameter_list', 'literal_value']),
    separatorsBut: new Set([
      'if_statement',
      'for_clause',
      'expression_switch_statement',
      'type_switch_statement',
    ]),
    parentheses: true,
  },
  rust: {
    trailingComma: new Set([
      'arguments',
      'parameters',
      'array_expression',
      'field_declaration_list',
      'field_initializer_list',
      'enum_variant_list',
      'use_list',
    ]),
    separatorsBut: null,
    parentheses: false,
  },
  java: { trailingComma: new Set(['array_initializer']), separatorsBut: null, parentheses: true },
  c: { ...NOTHING, trailingComma: new Set(['initializer_list', 'enumerator_list']) },
  cpp: { ...NOTHING, trailingComma: new Set(['initializer_list', 'enumerator_list']) },
  csharp: { ...NOTHING, trailingComma: new Set(['enum_member_declaration_list']) },
  ruby: { ...NOTHING, trailingComma: new Set(['array', 'hash']) },
  php: { ...NOTHING, trailingComma: new Set(['arguments', 'formal_parameters']) },
  bash: NOTHING,
};

const CLOSING: ReadonlySet<string> = new Set([')', ']', '}', '>']);
const SEPARATORS: ReadonlySet<string> = new Set([';', '\n', '\0']);
/** TypeScript's members may be parted by commas, semicolons or line ends. */
const MEMBER_LISTS: ReadonlySet<string> = new Set(['interface_body', 'object_type']);
/** Where a statement that is nothing may stand or not. */
const STATEMENT_LISTS: ReadonlySet<string> = new Set(['program', 'statement_block']);

/** A node's children without those that mean nothing; comments are out already. */
export function meaningful(language: Language, parent: Light, children: readonly Light[]): readonly Light[] {
  const { trailingComma, separatorsBut } = MEANINGLESS[language];
  const kept = children.filter((child, index) => {
    if (child.named) return child.type !== 'empty_statement' || !emptyMeansNothing(language, parent);
    // The end of a file is a token of Go.
    if (child.start === child.end) return false;
    if (MEMBER_LISTS.has(parent.type) && (child.type === ',' || child.type === ';')) return false;
    if (separatorsBut !== null && SEPARATORS.has(child.type)) return separatorsBut.has(parent.type);
    if (child.type === ',' && trailingComma.has(parent.type)) return !isTrailing(children, index);
    return true;
  });
  return importBrackets(language, parent) ? kept.filter(({ type }) => type !== '(' && type !== ')') : kept;
}

function emptyMeansNothing(language: Language, parent: Light): boolean {
  return MEANINGLESS[language] === JAVASCRIPT && STATEMENT_LISTS.has(parent.type);
}

/** The last of its list, after an element: in JavaScript `[a,,]` and `[,]` the comma is a hole. */
function isTrailing(children: readonly Light[], index: number): boolean {
  const next = children[index + 1];
  const closes = next === undefined || (!next.named && CLOSING.has(next.type));
  return closes && children[index - 1]?.named === true;
}

/** `from a import (b, c)`. */
function importBrackets(language: Language, parent: Light): boolean {
  return language === 'python' && parent.type === 'import_from_statement';
}

/** What may follow brackets and means another thing without them: `(a?.b).c`, `(a.b)()`, `new (a())()`. */
const CHAINS: ReadonlySet<string> = new Set([
  'member_expression',
  'subscript_expression',
  'call_expression',
  'new_expression',
  'non_null_expression',
]);

/** TypeScript's types that may begin with their operator. */
const BARRED: ReadonlySet<string> = new Set(['union_type', 'intersection_type']);

/** The one thing inside round brackets that only group it, or behind a first `|`; null: they count, or it is something else. */
export function grouped(
  language: Language,
  node: Light,
  { parent, children }: { readonly parent: Light | null; readonly children: readonly Light[] },
): Light | null {
  if (BARRED.has(node.type) && children.length === 2) return children[1]!;
  if (!MEANINGLESS[language].parentheses || node.type !== 'parenthesized_expression') return null;
  const [open, inner, close] = children;
  if (children.length !== 3 || open!.type !== '(' || close!.type !== ')' || !inner!.named) return null;
  if (parent === null) return inner!;
  const chained = CHAINS.has(parent.type) && CHAINS.has(inner!.type);
  // `('use strict')` is no directive.
  const directive = parent.type === 'expression_statement' && inner!.type === 'string';
  return chained || directive ? null : inner!;
}

/** The name in `(a) => b`, which is the parameter of `a => b`; null: it is written otherwise. */
export function loneParameter(node: Light, parent: Light | null, children: readonly Light[]): Light | null {
  if (node.type !== 'formal_parameters' || parent?.type !== 'arrow_function') return null;
  const [, parameter, close] = children;
  if (children.length !== 3 || close!.type !== ')') return null;
  const lone = parameter!.type === 'required_parameter' && parameter!.children.length === 1;
  const name = lone ? parameter!.children[0]! : parameter!;
  return name.type === 'identifier' ? name : null;
}
