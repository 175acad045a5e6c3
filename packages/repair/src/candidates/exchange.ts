import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';

/**
 * Two neighbours of a list, a pair of indices or a returned tuple in the wrong order.
 * Why: "same function swap args" of ManySStuBs4J and Rice et al. 2017, where the list is not a call's.
 */
export const exchange: Family = {
  name: 'exchange',
  manner: 'mend',
  *propose(node, { source }) {
    if (node.kind !== 'tuple' && node.kind !== 'list' && node.kind !== 'index') return;
    const members = node.kind === 'index' ? node.parts.slice(1) : node.parts;
    for (const [a, b] of neighbours(members)) {
      if (a.text === b.text || a.kind !== b.kind || a.kind === 'slice') continue;
      const text = b.text + source.text.slice(a.end, b.start) + a.text;
      yield { start: a.start, end: b.end, text, weight: node.kind === 'list' ? 0.12 : 0.3 };
    }
    // `m[i][j]` -> `m[j][i]`
    const inner = node.kind === 'index' && node.parts.length === 2 ? node.parts[0] : null;
    if (inner?.kind === 'index' && inner.parts.length === 2) yield* rows(node, inner, source.text);
  },
};

function* rows(node: Syntax, inner: Syntax, text: string): Generator<Proposal> {
  const [a, b] = [inner.parts[1]!, node.parts[1]!];
  if (a.text === b.text || a.kind !== b.kind) return;
  const from = node.start;
  yield replace(
    node,
    text.slice(from, a.start) + b.text + text.slice(a.end, b.start) + a.text + text.slice(b.end, node.end),
    0.3,
  );
}

function* neighbours(list: readonly Syntax[]): Generator<[Syntax, Syntax]> {
  for (let i = 0; i + 1 < list.length; i++) yield [list[i]!, list[i + 1]!];
}
