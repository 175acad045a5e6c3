import { type Language, namedNodes, parse, type SyntaxNode } from '@heddle/code';
import type { Random } from './random.ts';

/**
 * One planted bug. `slip`: a one-token change whose inverse is what repair templates are made of. `other`: what
 * only code that is not there any more, or an unrelated value, would undo.
 */
export interface Mutation {
  readonly kind: 'slip' | 'other';
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

type Operator = (node: SyntaxNode, siblings: readonly string[]) => Iterable<Omit<Mutation, 'kind' | 'name'>>;

/**
 * The slips are the classic operators (relational, arithmetic, logical, constant and negation replacement: Jia &
 * Harman 2011) and ManySStuBs4J's commonest (swapped arguments, wrong variable). The others are the deletions of
 * statements, clauses, arguments and calls that Just et al. 2014 found coupled with real faults, and wrong values.
 */
const OPERATORS: Readonly<Record<Mutation['kind'], Readonly<Record<string, Operator>>>> = {
  slip: {
    comparison: replaceOperator({
      '<': '<=',
      '<=': '<',
      '>': '>=',
      '>=': '>',
      '==': '!=',
      '!=': '==',
      '===': '!==',
      '!==': '===',
      in: 'not in',
      is: 'is not',
    }),
    arithmetic: replaceOperator({ '+': '-', '-': '+', '*': '/', '/': '*', '//': '/', '%': '/' }),
    logic: replaceOperator({ and: 'or', or: 'and', '&&': '||', '||': '&&' }),
    *number(node) {
      if (node.type !== 'integer' && node.type !== 'number') return;
      const value = Number(node.text);
      if (Number.isInteger(value)) yield whole(node, String(value + 1));
    },
    *boolean(node) {
      const other = { True: 'False', False: 'True', true: 'false', false: 'true' }[node.text];
      if (other !== undefined && /^(?:true|false)$/.test(node.type)) yield whole(node, other);
    },
    *arguments(node) {
      const given = node.namedChildren.filter((child) => child !== null);
      if (!/^(?:argument_list|arguments)$/.test(node.type) || given.length < 2) return;
      const [a, b] = [given[0]!, given[1]!];
      if (a.text === b.text || /keyword|splat|spread/.test(a.type + b.type)) return;
      const between = node.text.slice(a.endIndex - node.startIndex, b.startIndex - node.startIndex);
      yield { start: a.startIndex, end: b.endIndex, text: b.text + between + a.text };
    },
    *variable(node, names) {
      if (node.type !== 'identifier' || !isRead(node) || !names.includes(node.text)) return;
      for (const name of names) if (name !== node.text) yield whole(node, name);
    },
  },
  other: {
    *'dropped clause'(node) {
      const [left, right] = sides(node, /^(?:boolean_operator|binary_expression)$/);
      if (!left || !right || !/^(?:and|or|&&|\|\|)$/.test(operatorOf(node)?.text ?? '')) return;
      yield whole(node, left.text);
      yield whole(node, right.text);
    },
    *'dropped operand'(node) {
      const [left] = sides(node, /^(?:binary_operator|binary_expression)$/);
      if (left && /^(?:[-+*/%|&]|\/\/|\*\*)$/.test(operatorOf(node)?.text ?? ''))
        yield whole(node, left.text);
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
      const given = node.namedChildren.filter((child) => child !== null);
      if (!/^(?:argument_list|arguments)$/.test(node.type) || given.length < 2) return;
      yield { start: given.at(-2)!.endIndex, end: given.at(-1)!.endIndex, text: '' };
    },
    *'dropped statement'(node) {
      if (node.type !== 'expression_statement' || /string/.test(node.namedChildren[0]?.type ?? '')) return;
      if (!/^(?:block|statement_block)$/.test(node.parent?.type ?? '') || node.parent!.namedChildCount < 2)
        return;
      yield whole(node, node.type === 'expression_statement' && node.text.endsWith(';') ? ';' : 'pass');
    },
    *'dropped else'(node) {
      if (node.type === 'else_clause') yield whole(node, '');
    },
    *'wrong result'(node) {
      const value = node.type === 'return_statement' ? node.namedChildren[0] : null;
      if (value && !/^(?:none|null|undefined)$/i.test(value.type)) yield whole(value, 'NOTHING');
    },
    *'wrong constant'(node) {
      if (node.type === 'integer' || node.type === 'number') {
        const value = Number(node.text);
        if (Number.isInteger(value)) yield whole(node, String(value * 3 + 7));
      }
      const inner = /^string$/.test(node.type) ? /^(['"])([^'"\\\n]{2,20})\1$/.exec(node.text) : null;
      if (inner && !/statement|import|pair/.test(node.parent?.type ?? '')) {
        yield whole(node, `${inner[1]}${inner[2]!.slice(0, -1)}${inner[1]}`);
      }
    },
    *'swapped statements'(node) {
      const next = node.nextNamedSibling;
      if (node.type !== 'expression_statement' || next?.type !== 'expression_statement') return;
      if (!/^(?:block|statement_block)$/.test(node.parent?.type ?? '')) return;
      const source = node.parent!.text;
      const from = node.parent!.startIndex;
      const between = source.slice(node.endIndex - from, next.startIndex - from);
      yield { start: node.startIndex, end: next.endIndex, text: next.text + between + node.text };
    },
  },
};

/** Every mutation of one kind inside the functions of a text, in random order of operators, each operator as likely. */
export async function mutations(
  language: Language,
  text: string,
  { kind, random }: { kind: Mutation['kind']; random: Random },
): Promise<Mutation[]> {
  using tree = await parse(language, text);
  const byOperator = new Map<string, Mutation[]>();
  for (const node of namedNodes(tree.root)) {
    const home = functionOf(node);
    if (!home) continue;
    const names = namesBoundIn(home);
    for (const [name, operator] of Object.entries(OPERATORS[kind])) {
      for (const made of operator(node, names)) {
        const put = made.text === 'NOTHING' ? (language === 'python' ? 'None' : 'null') : made.text;
        if (language !== 'python' && put === 'pass') continue;
        const list = byOperator.get(name) ?? [];
        byOperator.set(name, list);
        list.push({ ...made, text: put, kind, name });
      }
    }
  }
  // A turn for each operator, so that the commonest node does not make up the whole suite.
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

/** The mutated text's lines a mutation touched. */
export function linesOf(text: string, { start, text: put }: Mutation): number[] {
  const first = text.slice(0, start).split('\n').length;
  return Array.from({ length: put.split('\n').length }, (_, index) => first + index);
}

function replaceOperator(others: Readonly<Record<string, string>>): Operator {
  return function* (node) {
    if (
      !/^(?:comparison_operator|binary_operator|boolean_operator|binary_expression|augmented_assignment)$/.test(
        node.type,
      )
    )
      return;
    const operator = operatorOf(node);
    const other = operator && others[operator.text];
    if (other) yield whole(operator, other);
  };
}

function operatorOf(node: SyntaxNode): SyntaxNode | null {
  return node.children.find((child) => child !== null && !child.isNamed) ?? null;
}

function sides(node: SyntaxNode, types: RegExp): (SyntaxNode | null)[] {
  return types.test(node.type) ? [node.childForFieldName('left'), node.childForFieldName('right')] : [];
}

function whole(node: SyntaxNode, text: string) {
  return { start: node.startIndex, end: node.endIndex, text };
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
