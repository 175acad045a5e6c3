import type { Context } from '../context.ts';
import { type Family, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { looksNumeric } from './operand.ts';

/** Bounds tried from the names in scope. */
const MAX_BOUNDS = 3;

/**
 * A part of a collection where the whole was used: `arr` -> `arr[k:]`, `rest` -> `rest.slice(1)`.
 * Why: range templates of PAR and TBar; going through what was handled already is the loop's off-by-one.
 */
export const part: Family = {
  name: 'part',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind !== 'name' || !isWhole(node)) return;
    const guess = context.guess(node);
    if (guess === 'number') return;
    const known = guess === 'collection' || guess === 'text' || node.parent?.kind === 'for-each' ? 1 : 0.4;
    const bounds = context
      .scope(node)
      .filter(
        ({ name, sort }) =>
          name !== node.text && (sort === 'parameter' || sort === 'local' || sort === 'loop'),
      )
      .filter(({ name }) => looksNumeric(context.usage(name)) || isBound(name, context))
      .map(({ name }) => name)
      .slice(0, MAX_BOUNDS);
    const python = context.source.language === 'python';
    const slice = (from: string, to: string) =>
      python
        ? `${node.text}[${from}:${to}]`
        : `${node.text}.slice(${from || '0'}${to === '' ? '' : `, ${to}`})`;
    yield replace(node, slice('1', ''), 0.2 * known);
    yield replace(node, slice('', '-1'), 0.12 * known);
    for (const [rank, bound] of bounds.entries()) {
      yield replace(node, slice(bound, ''), (0.18 * known) / (1 + rank * 0.4));
      yield replace(node, slice('', bound), (0.1 * known) / (1 + rank * 0.4));
    }
  },
};

/** Used as a bound elsewhere: `arr[:k]`. */
function isBound(name: string, { mentions }: Context): boolean {
  return mentions.of(name).some(({ parent }) => parent?.kind === 'slice');
}

function isWhole({ parent, field }: Syntax): boolean {
  switch (parent?.kind) {
    case 'for-each':
    case 'each':
      return field === 'right';
    case 'arguments':
    case 'return':
    case 'spread':
      return true;
    default:
      return false;
  }
}
