import type { Proposal } from './family.ts';
import type { Slips } from './language-table.ts';
import type { Syntax } from './syntax.ts';

/** The two operands and the operator of a binary node; null for chains (`a < b < c`). */
export function operation(node: Syntax): { left: Syntax; operator: Syntax; right: Syntax } | null {
  const parts = node.parts;
  const operator = node.children.find((child) => !child.named);
  return parts.length === 2 && operator ? { left: parts[0]!, operator, right: parts[1]! } : null;
}

/** Each operator in a node, replaced by those it is mistaken for. */
export function* operatorSlips(node: Syntax, slips: Slips, weight: number): Generator<Proposal> {
  for (const child of node.children) {
    if (child.named) continue;
    for (const [text, share] of slips[child.text] ?? []) {
      yield { start: child.start, end: child.end, text, weight: weight * share };
    }
  }
}

/** The expression without parentheses round it. */
export function bare(node: Syntax): Syntax {
  let inner = node;
  while (inner.kind === 'group' && inner.parts.length === 1) inner = inner.parts[0]!;
  return inner;
}

/** An expression's text, in parentheses where it would fall apart beside another operator. */
export function operand(node: Syntax): string {
  const loose =
    node.kind === 'arithmetic' ||
    node.kind === 'compare' ||
    node.kind === 'logic' ||
    node.kind === 'ternary' ||
    node.kind === 'not' ||
    node.kind === 'assign' ||
    node.kind === 'function' ||
    node.kind === 'yield' ||
    node.kind === 'await';
  return loose ? `(${node.text})` : node.text;
}

/** The condition of a node that branches or repeats, without its parentheses. */
export function conditionOf(node: Syntax): Syntax | null {
  switch (node.kind) {
    case 'if':
    case 'elif':
    case 'while':
    case 'for': {
      const condition = node.at('condition');
      return condition && bare(condition);
    }
    case 'ternary': {
      // Python writes it in the middle and gives it no field.
      const condition = node.at('condition') ?? node.parts[1];
      return condition ? bare(condition) : null;
    }
    case 'filter':
      return node.parts[0] ? bare(node.parts[0]) : null;
    default:
      return null;
  }
}

/** Whether a text is what stands on the other side of the operator a node belongs to: `a < a` says nothing. */
export function isOtherSide(node: Syntax, text: string): boolean {
  const { parent } = node;
  if (parent?.kind !== 'compare' && parent?.kind !== 'logic' && parent?.kind !== 'arithmetic') return false;
  const parts = operation(parent);
  if (!parts || (parent.kind === 'arithmetic' && /^[+*]$/.test(parts.operator.text))) return false;
  return (parts.left === node ? parts.right : parts.left).text === text;
}
