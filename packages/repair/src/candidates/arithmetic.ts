import { type Family, type Proposal, replace } from '../family.ts';
import { operand, operation, operatorSlips } from '../operation.ts';
import type { Syntax } from '../syntax.ts';

const REORDERED = /^(?:-|\/|\/\/|%|\*\*|\+|<<|>>)$/;
const TIGHT = /^(?:\*|\/|\/\/|%)$/;
const LOOSE = /^[+-]$/;

/**
 * Another arithmetic, bit or assignment operator; operands the other way round; other grouping; one operand alone.
 * Why: "change binary operator" and "change operand" in ManySStuBs4J; "operator mutation" is a template of TBar
 * (Liu et al. 2019) and of most mutation-based repairers since Debroy & Wong 2010.
 */
export const arithmetic: Family = {
  name: 'arithmetic',
  manner: 'mend',
  *propose(node, context) {
    const { table } = context;
    if (node.kind === 'augment' || node.kind === 'assign') {
      const slips = operatorSlips(node, table.augmented, node.kind === 'augment' ? 0.9 : 0.5);
      // A destructuring or chained target cannot take another operator.
      const target = node.parts[0]?.kind;
      if (target === 'name' || target === 'member' || target === 'index') yield* slips;
      return;
    }
    if (node.kind === 'update') {
      const slip = node.text.includes('++') ? ['++', '--'] : ['--', '++'];
      yield replace(node, node.text.replace(slip[0]!, slip[1]!), 0.4);
      return;
    }
    if (node.kind === 'negative') {
      yield replace(node, node.parts[0]!.text, 0.3);
      return;
    }
    if (node.kind !== 'arithmetic') return;
    yield* operatorSlips(node, table.arithmetic, 0.9);
    const parts = operation(node);
    if (!parts) return;
    const { left, operator, right } = parts;
    if (REORDERED.test(operator.text) && left.text !== right.text) {
      yield replace(
        node,
        `${beside(right, operator.text)} ${operator.text} ${beside(left, operator.text)}`,
        operator.text === '+' ? 0.2 : 0.4,
      );
    }
    yield* regrouped(node);
    yield replace(node, left.text, 0.15);
    yield replace(node, right.text, 0.1);
  },
};

/** A product needs no parentheses beside `+` or `-`. */
function beside(node: Syntax, operator: string): string {
  const inner = node.kind === 'arithmetic' ? operation(node) : null;
  return inner && LOOSE.test(operator) && TIGHT.test(inner.operator.text) ? node.text : operand(node);
}

/** `a + b * c` -> `(a + b) * c` and the reverse: a forgotten or misplaced pair of parentheses. */
function* regrouped(node: Syntax): Generator<Proposal> {
  const { left, operator, right } = operation(node)!;
  const inRight = right.kind === 'arithmetic' ? operation(right) : null;
  if (inRight && LOOSE.test(operator.text) && TIGHT.test(inRight.operator.text)) {
    const text = `(${left.text} ${operator.text} ${inRight.left.text}) ${inRight.operator.text} ${inRight.right.text}`;
    yield replace(node, text, 0.35);
  }
  const inLeft = left.kind === 'arithmetic' ? operation(left) : null;
  if (inLeft && (LOOSE.test(operator.text) || inLeft.operator.text !== operator.text)) {
    const text = `${inLeft.left.text} ${inLeft.operator.text} (${inLeft.right.text} ${operator.text} ${right.text})`;
    yield replace(node, text, 0.3);
  }
  const grouped =
    left.kind === 'group' && left.parts[0]?.kind === 'arithmetic' ? operation(left.parts[0]) : null;
  if (grouped) {
    const text = `${grouped.left.text} ${grouped.operator.text} ${grouped.right.text} ${operator.text} ${right.text}`;
    yield replace(node, text, 0.25);
  }
  const closed = right.kind === 'group' && right.parts[0]?.kind === 'arithmetic' ? right.parts[0] : null;
  if (closed) yield replace(node, `${left.text} ${operator.text} ${closed.text}`, 0.25);
}
