import { type Family, type Proposal, replace } from '../family.ts';
import type { LanguageTable } from '../language-table.ts';
import type { Syntax } from '../syntax.ts';

/**
 * A method, function or property taken for one of its siblings (`floor`/`ceil`, `find`/`filter`, `strip`/`rstrip`).
 * Why: "wrong function name" is among the most frequent templates of ManySStuBs4J; the sibling groups are those
 * of the two standard libraries, plus pairs of opposites that names come in.
 */
export const sibling: Family = {
  name: 'sibling',
  manner: 'mend',
  *propose(node, { table }) {
    if (node.kind === 'name' && node.field === 'function') yield* usual(node, table);
    const called = node.field === 'function' || node.parent?.field === 'function';
    // A plain name has siblings only where it stands for the language's own: a function called, an error's class.
    if (node.kind !== 'property' && !(node.kind === 'name' && (called || /^[A-Z]/.test(node.text)))) return;
    for (const group of table.siblings) {
      const at = group.indexOf(node.text);
      if (at < 0) continue;
      for (const [index, other] of group.entries()) {
        if (index === at) continue;
        const distance = Math.abs(index - at);
        yield replace(node, other, (called ? 0.7 : 0.35) / (1 + 0.25 * (distance - 1)));
      }
    }
  },
};

/** A function called for one of the language's that take as many arguments. */
function* usual(callee: Syntax, { usual: functions }: LanguageTable): Generator<Proposal> {
  const list = callee.parent?.at('arguments');
  const given = list?.kind === 'arguments' ? list.parts : null;
  if (!given || given.some(({ kind }) => kind === 'spread' || kind === 'keyword-argument')) return;
  for (const [rank, name] of (functions[given.length] ?? []).entries())
    if (name !== callee.text) yield replace(callee, name, 0.25 / (1 + rank * 0.12));
}
