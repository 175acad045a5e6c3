import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { nameSimilarity } from './similarity.ts';

/** Other properties tried in place of one. */
const MAX_PROPERTIES = 8;

/**
 * Another property of the same object, or the object in place of its property.
 * Why: in ManySStuBs4J "change identifier used" covers fields as well as variables; "change caller in function
 * call" is the object's side of it.
 */
export const member: Family = {
  name: 'member',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind === 'member') {
      const [object, property] = [node.parts[0]!, node.parts.at(-1)!];
      const seen = context.membersOf(object.text);
      yield* likest(property, seen, 0.55);
      if (node.field !== 'function' && node.field !== 'left') {
        yield replace(node, object.text, 0.2);
        if (object.text === 'this' || object.text === 'self') {
          const local = context.scope(node).some((binding) => binding.name === property.text);
          if (local) yield replace(node, property.text, 0.3);
        }
      }
      return;
    }
    if (node.kind === 'name' && node.parent?.kind !== 'member' && node.field !== 'function') {
      // `node` for `node.value`: the properties read from this name elsewhere.
      const seen = [...context.membersOf(node.text)].slice(0, MAX_PROPERTIES);
      const value =
        node.parent?.kind === 'arguments' ||
        node.parent?.kind === 'compare' ||
        node.parent?.kind === 'return' ||
        node.field === 'right' ||
        node.field === 'value';
      if (value) for (const property of seen) yield replace(node, `${node.text}.${property}`, 0.18);
    }
  },
};

function* likest(property: Syntax, seen: ReadonlySet<string>, weight: number): Generator<Proposal> {
  const options = [...seen]
    .filter((name) => name !== property.text)
    .map((name) => ({ name, fit: nameSimilarity(name, property.text) }))
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MAX_PROPERTIES);
  for (const [rank, { name, fit }] of options.entries()) {
    yield replace(property, name, (weight * (0.5 + 0.5 * fit)) / (1 + rank * 0.2));
  }
}
