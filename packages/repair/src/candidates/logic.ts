import { type Family, replace } from '../family.ts';
import { bare, conditionOf, operand, operation, operatorSlips } from '../operation.ts';
import type { Syntax } from '../syntax.ts';

/**
 * Another logical operator, a condition or a term of it negated, a negation taken away, a term dropped.
 * Why: Pan et al. 2009 (IF-CC) and ManySStuBs4J's "more specific if" / "less specific if", which add or drop
 * a term; "negate condition" is in GenProg's and PAR's successors alike (Martinez & Monperrus 2015).
 */
export const logic: Family = {
  name: 'logic',
  manner: 'mend',
  *propose(node, context) {
    const { table } = context;
    if (node.kind === 'logic') {
      yield* operatorSlips(node, table.logic, 0.9);
      const parts = operation(node);
      if (parts) {
        yield replace(node, parts.left.text, 0.4);
        yield replace(node, parts.right.text, 0.4);
        for (const term of [parts.left, parts.right]) {
          if (term.kind !== 'logic' && term.kind !== 'not')
            yield replace(term, negated(term, table.say.not), 0.35);
        }
      }
      return;
    }
    if (node.kind === 'not') {
      yield replace(node, node.parts[0]!.text, 0.8, 'drops the negation');
      return;
    }
    const condition = conditionOf(node);
    if (condition && condition.kind !== 'not' && condition.kind !== 'compare') {
      yield replace(condition, negated(condition, table.say.not), 0.7, 'negates the condition');
    }
    if (node.kind === 'return' || node.kind === 'bind' || node.kind === 'assign') {
      const value = node.at('value') ?? node.at('right') ?? (node.kind === 'return' ? node.parts[0] : null);
      if (!value) return;
      const inner = bare(value);
      const truth = inner.kind === 'call' || inner.kind === 'logic' || inner.kind === 'name';
      if (truth) yield replace(inner, negated(inner, table.say.not), inner.kind === 'logic' ? 0.3 : 0.15);
    }
  },
};

function negated(node: Syntax, not: (text: string) => string): string {
  return not(operand(node));
}
