import type { Language } from '../syntax/languages.ts';
import { parse, type SyntaxNode } from '../syntax/parse.ts';
import { namedNodes } from '../syntax/walk.ts';

/**
 * One planted bug. `inverse`: undone by one of the changes repair templates are made of. `other`: what stood there is
 * gone, so that only something looked up elsewhere or thought of anew would bring it back.
 */
export interface Mutation {
  readonly kind: 'inverse' | 'other';
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Where the function round it starts. */
  readonly home: number;
}

interface Surroundings {
  readonly language: Language;
  /** Names bound in the function round the node. */
  readonly names: readonly string[];
  /** Calls' names anywhere in the file. */
  readonly called: readonly SyntaxNode[];
}

type Change = Pick<Mutation, 'start' | 'end' | 'text'>;
type Operator = (node: SyntaxNode, around: Surroundings) => Iterable<Change>;

/**
 * Each operator is drawn as often as any other of its kind, whatever the file is full of: no set of weights from the
 * literature covers both kinds.
 *
 * `inverse`: relational, arithmetic, logical, constant and negation replacement are the sufficient operators of
 * mutation testing (Offutt et al. 1996; survey by Jia & Harman 2011); swapped arguments, wrong variable and wrong
 * boolean are among ManySStuBs4J's commonest slips (Karampatsis & Sutton 2020); a lost `return` and two statements in
 * the wrong order are of QuixBugs (Lin et al. 2017) and GenProg's operators (Le Goues et al. 2012).
 *
 * `other`: what Just et al. 2014 found missing from the classic operators while real faults have it: deleted
 * statements, clauses, arguments and calls, a similar method called instead, wrong literals. Real fixes mostly add
 * code (Martinez & Monperrus 2015; Soto et al. 2016), so most of these take some away. Plain variables are not
 * dropped here: putting a variable of the scope back is a template.
 */
const OPERATORS: Readonly<Record<Mutation['kind'], Readonly<Record<string, Operator>>>> = {
  inverse: {
    *comparison(node, { language }) {
      const others = language === 'python' ? { ...RELATIONS, ...PYTHON_RELATIONS } : RELATIONS;
      yield* otherOperator(node, others);
    },
    *arithmetic(node) {
      yield* otherOperator(node, { '+': '-', '-': '+', '*': '/', '/': '*', '//': '/', '%': '/' });
    },
    *logic(node) {
      yield* otherOperator(node, { and: 'or', or: 'and', '&&': '||', '||': '&&' });
    },
    *negation(node, { language }) {
      const condition = /^(?:if_statement|elif_clause)$/.test(node.type)
        ? node.childForFieldName('condition')
        : null;
      if (!condition) return;
      if (language === 'python') {
        const positive = condition.type === 'not_operator' ? condition.childForFieldName('argument') : null;
        yield whole(condition, positive ? positive.text : `not (${condition.text})`);
      } else if (condition.type === 'parenthesized_expression')
        yield whole(condition, `(!${condition.text})`);
    },
    *number(node) {
      const value = integerOf(node);
      if (value !== null) yield whole(node, String(value + 1));
    },
    *boolean(node) {
      const other = { True: 'False', False: 'True', true: 'false', false: 'true' }[node.text];
      if (other !== undefined && /^(?:true|false)$/.test(node.type)) yield whole(node, other);
    },
    *arguments(node) {
      const [a, b] = argumentsOf(node);
      if (!a || !b || a.text === b.text || /keyword|splat|spread/.test(a.type + b.type)) return;
      const between = node.text.slice(a.endIndex - node.startIndex, b.startIndex - node.startIndex);
      yield { start: a.startIndex, end: b.endIndex, text: b.text + between + a.text };
    },
    *variable(node, { names }) {
      if (node.type !== 'identifier' || !isRead(node) || !names.includes(node.text)) return;
      for (const name of names) if (name !== node.text) yield whole(node, name);
    },
    *'lost return'(node) {
      const value = node.type === 'return_statement' ? node.namedChildren[0] : null;
      if (value && /^call(?:_expression)?$/.test(value.type))
        yield { start: node.startIndex, end: value.startIndex, text: '' };
    },
    *'swapped statements'(node) {
      const next = node.nextNamedSibling;
      if (!isStatement(node) || !next || !isStatement(next)) return;
      const from = node.parent!.startIndex;
      const between = node.parent!.text.slice(node.endIndex - from, next.startIndex - from);
      yield { start: node.startIndex, end: next.endIndex, text: next.text + between + node.text };
    },
  },
  other: {
    *'dropped clause'(node) {
      const [left, right] = sides(node, /^(?:boolean_operator|binary_expression)$/);
      if (!left || !right || !/^(?:and|or|&&|\|\|)$/.test(operatorOf(node)?.text ?? '')) return;
      if (!isName(right)) yield whole(node, left.text);
      if (!isName(left)) yield whole(node, right.text);
    },
    *'dropped operand'(node) {
      const [left, right] = sides(node, /^(?:binary_operator|binary_expression)$/);
      if (!left || !right || !/^(?:[-+*/%|&]|\/\/|\*\*)$/.test(operatorOf(node)?.text ?? '')) return;
      if (!isName(right)) yield whole(node, left.text);
    },
    *'dropped call'(node) {
      const given = node.childForFieldName('arguments');
      const only = given?.namedChildCount === 1 ? given.namedChildren[0] : null;
      if (!/^call(?:_expression)?$/.test(node.type) || !only || /statement/.test(node.parent?.type ?? ''))
        return;
      if (!/spread|splat|keyword|function|comprehension|generator/.test(only.type))
        yield whole(node, only.text);
    },
    *'dropped argument'(node) {
      const given = argumentsOf(node);
      if (given.length < 2 || isName(given.at(-1)!)) return;
      yield { start: given.at(-2)!.endIndex, end: given.at(-1)!.endIndex, text: '' };
    },
    *'dropped statement'(node) {
      if (!isStatement(node) || node.parent!.namedChildCount < 2) return;
      // With its line, unless something else stands there.
      const from = node.parent!.startIndex;
      const next = node.nextNamedSibling;
      const before = node.previousNamedSibling;
      const own = node.parent!.text;
      if (next && next.startPosition.row > node.endPosition.row && next.type !== 'comment')
        yield { start: node.startIndex, end: next.startIndex, text: '' };
      else if (
        before &&
        before.endPosition.row < node.startPosition.row &&
        own[before.endIndex - from] === '\n'
      )
        yield { start: before.endIndex, end: node.endIndex, text: '' };
    },
    *'dropped else'(node) {
      if (node.type === 'else_clause') yield whole(node, '');
    },
    *'wrong result'(node, { language }) {
      const value = node.type === 'return_statement' ? node.namedChildren[0] : null;
      const nothing = language === 'python' ? 'None' : 'null';
      if (value && !/^(?:none|null|undefined)$/i.test(value.type)) yield whole(value, nothing);
    },
    *'wrong number'(node) {
      const value = integerOf(node);
      if (value !== null) yield whole(node, String(value * 3 + 7));
    },
    *'wrong string'(node) {
      const inner = /^string$/.test(node.type) ? /^(['"])([^'"\\\n]{2,20})\1$/.exec(node.text) : null;
      if (inner && !/statement|import|pair/.test(node.parent?.type ?? ''))
        yield whole(node, `${inner[1]}${inner[2]!.slice(0, -1)}${inner[1]}`);
    },
    *'wrong function'(node, { called }) {
      const target = /^call(?:_expression)?$/.test(node.type) ? calleeOf(node) : null;
      if (!target) return;
      // A function for a function, a method for a method.
      const alike = called.filter(({ type, text }) => type === target.type && text !== target.text);
      for (const name of new Set(alike.map(({ text }) => text))) yield whole(target, name);
    },
    *'dropped default'(node) {
      const value = /^(?:default_parameter|assignment_pattern)$/.test(node.type)
        ? (node.childForFieldName('value') ?? node.childForFieldName('right'))
        : null;
      const list = node.parent;
      // Only the last parameter: none without a default may come after one that has it.
      const first = list?.namedChildren.find((child) => child && /default|assignment/.test(child.type));
      if (value && list && /parameters/.test(list.type) && first?.startIndex === node.startIndex)
        yield { start: node.namedChildren[0]!.endIndex, end: node.endIndex, text: '' };
    },
  },
};

const RELATIONS = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  '===': '!==',
  '!==': '===',
};
const PYTHON_RELATIONS = { in: 'not in', 'not in': 'in', is: 'is not', 'is not': 'is' };

/** Every mutation of one kind inside the functions of a text: in random order, a turn for each operator. */
export async function mutations(
  language: Language,
  text: string,
  { kind, random }: { kind: Mutation['kind']; random: { shuffled<T>(list: readonly T[]): T[] } },
): Promise<Mutation[]> {
  using tree = await parse(language, text);
  const nodes = [...namedNodes(tree.root)];
  const called = nodes.map(calleeOf).filter((node) => node !== null);
  const bound = new Map<number, string[]>();
  const byOperator = new Map<string, Mutation[]>();
  for (const node of nodes) {
    const home = functionOf(node);
    if (!home) continue;
    if (!bound.has(home.startIndex)) bound.set(home.startIndex, namesBoundIn(home));
    const around = { language, called, names: bound.get(home.startIndex)! };
    for (const [name, operator] of Object.entries(OPERATORS[kind])) {
      for (const change of operator(node, around)) {
        const list = byOperator.get(name) ?? [];
        byOperator.set(name, list);
        list.push({ ...change, kind, name, home: home.startIndex });
      }
    }
  }
  const piles = random.shuffled([...byOperator.values()]).map((pile) => random.shuffled(pile));
  const dealt: Mutation[] = [];
  for (let turn = 0; piles.some((pile) => turn < pile.length); turn++) {
    for (const pile of piles) if (turn < pile.length) dealt.push(pile[turn]!);
  }
  return dealt;
}

export function mutated(text: string, { start, end, text: put }: Mutation): string {
  return text.slice(0, start) + put + text.slice(end);
}

/**
 * The mutated text's lines a mutation touched. Where a piece went altogether, the lines with code before and after
 * the gap: either is where a fault of omission is found (Pearson et al. 2017).
 */
export function linesOfMutation(text: string, mutation: Mutation): number[] {
  const { start, end, text: put } = mutation;
  const first = text.slice(0, start).split('\n').length;
  const last = first + put.split('\n').length - 1;
  if (put !== '' || !text.slice(start, end).includes('\n'))
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const lines = mutated(text, mutation).split('\n');
  const isCode = (line: number) => !/^\s*(?:$|#|\/\/|\*|\/\*)/.test(lines[line - 1]!);
  const next = (from: number, step: 1 | -1) => {
    let line = from;
    while (line > 1 && line < lines.length && !isCode(line)) line += step;
    return line;
  };
  // A gap at a line's end leaves the line before it; one at a line's start the line behind it, or nothing.
  if (text[start] === '\n') return [next(first, -1), next(first + 1, 1)];
  return [next(Math.max(1, first - 1), -1), next(first, 1)];
}

function* otherOperator(node: SyntaxNode, others: Readonly<Record<string, string>>): Generator<Change> {
  if (!/^(?:(?:comparison|binary|boolean)_operator|binary_expression)$/.test(node.type)) return;
  const operator = operatorOf(node);
  const other = operator && others[operator.text];
  if (other) yield whole(operator, other);
}

function operatorOf(node: SyntaxNode): SyntaxNode | null {
  return node.children.find((child) => child !== null && !child.isNamed) ?? null;
}

function sides(node: SyntaxNode, types: RegExp): (SyntaxNode | null)[] {
  return types.test(node.type) ? [node.childForFieldName('left'), node.childForFieldName('right')] : [];
}

function whole(node: SyntaxNode, text: string): Change {
  return { start: node.startIndex, end: node.endIndex, text };
}

function argumentsOf(node: SyntaxNode): SyntaxNode[] {
  if (!/^(?:argument_list|arguments)$/.test(node.type)) return [];
  return node.namedChildren.filter((child) => child !== null && child.type !== 'comment') as SyntaxNode[];
}

function integerOf(node: SyntaxNode): number | null {
  const value = /^(?:integer|number)$/.test(node.type) ? Number(node.text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : null;
}

function isName({ type }: SyntaxNode): boolean {
  return type === 'identifier';
}

/** One that does something, in a block: no docstring. */
function isStatement(node: SyntaxNode): boolean {
  return (
    node.type === 'expression_statement' &&
    !/string/.test(node.namedChildren[0]?.type ?? '') &&
    /^(?:block|statement_block)$/.test(node.parent?.type ?? '')
  );
}

/** The name of what a call calls: a function's, or a method's alone. */
function calleeOf(node: SyntaxNode): SyntaxNode | null {
  if (!/^call(?:_expression)?$/.test(node.type)) return null;
  const callee = node.childForFieldName('function');
  if (callee?.type === 'identifier') return callee;
  return callee?.childForFieldName('attribute') ?? callee?.childForFieldName('property') ?? null;
}

const FUNCTION =
  /^(?:function_definition|function_declaration|function_expression|arrow_function|method_definition|lambda)$/;

function functionOf(node: SyntaxNode): SyntaxNode | null {
  for (let at = node.parent; at; at = at.parent) if (FUNCTION.test(at.type)) return at;
  return null;
}

/** Parameters and assigned names. */
function namesBoundIn(home: SyntaxNode): string[] {
  const parameters = home.childForFieldName('parameters')?.text.match(/[A-Za-z_]\w*/g) ?? [];
  const assigned = [...home.text.matchAll(/(?:^|[;{]|\bvar |\blet |\bconst )\s*([A-Za-z_]\w*) = /gm)].map(
    ([, name]) => name!,
  );
  return [...new Set([...parameters, ...assigned])].filter(
    (name) => !/^(?:self|cls|None|True|False|this)$/.test(name),
  );
}

function isRead(node: SyntaxNode): boolean {
  const parent = node.parent;
  if (
    !parent ||
    /parameter|import|keyword_argument|attribute|member|function|assignment|declarator/.test(parent.type)
  )
    return false;
  return true;
}
