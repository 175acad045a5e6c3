import { type Family, replace } from '../family.ts';
import { operation, operatorSlips } from '../operation.ts';

/**
 * Another comparison operator, or the operands the other way round.
 * Why: changes of an if-condition are among the commonest fixes in every history studied (Pan, Kim & Whitehead
 * 2009, IF-CC); "change binary operator" is a template of its own in ManySStuBs4J (Karampatsis & Sutton 2020),
 * and boundaries (`<` for `<=`) are its classic case.
 */
export const comparison: Family = {
  name: 'comparison',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind !== 'compare') return;
    yield* operatorSlips(node, context.table.comparisons, 1);
    const parts = operation(node);
    if (!parts) return;
    const { left, operator, right } = parts;
    // `a < b` turned round is `a > b`, which the operators above give; for membership it says something new.
    if (/^(?:in|not in|instanceof)$/.test(operator.text)) {
      yield replace(node, `${right.text} ${operator.text} ${left.text}`, 0.15);
    }
  },
};
