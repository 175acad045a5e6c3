import type { Context } from '../context.ts';
import type { Family } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { isStatement } from './guard.ts';

/** Values tried as what should be put in. */
const MAX_VALUES = 5;

/**
 * A collection that is made empty and never filled, filled in a loop.
 * Why: "missing method call" is the commonest omission (SQ-AMO in Pan et al. 2009; detected by frequency in DMMC,
 * Monperrus et al. 2010); a list that only ever is empty is the surest sign of it.
 */
export const collect: Family = {
  name: 'collect',
  manner: 'mend',
  *propose(node, context) {
    if (!isStatement(node) || !context.ownsLines(node) || !node.within('for', 'for-each', 'while')) return;
    const fn = node.within('function');
    if (!fn) return;
    const indent = context.indentOf(node);
    const leaves = /^(?:return|throw|break|continue)$/.test(node.kind ?? '');
    const values = context
      .scope(node)
      .filter(({ sort }) => sort === 'local' || sort === 'loop' || sort === 'parameter')
      .sort((a, b) => b.at - a.at)
      .slice(0, MAX_VALUES);
    for (const holder of emptyIn(fn, context)) {
      for (const [rank, { name }] of values.filter(({ name: value }) => value !== holder).entries()) {
        const line = context.table.say.put(holder, name);
        const weight = 0.5 / (1 + rank * 0.3);
        const note = `adds \`${line}\``;
        yield { start: node.start, end: node.start, text: `${line}\n${indent}`, weight, note };
        if (!leaves) yield { start: node.end, end: node.end, text: `\n${indent}${line}`, weight, note };
      }
    }
  },
};

/** Names of lists made empty in a function, into which nothing is put. */
function emptyIn(fn: Syntax, context: Context): string[] {
  const found: string[] = [];
  for (const node of fn.walk()) {
    const target = node.kind === 'assign' ? node.at('left') : node.kind === 'bind' ? node.at('name') : null;
    const value = node.kind === 'assign' ? node.at('right') : node.at('value');
    if (target?.kind !== 'name' || value?.kind !== 'list' || value.parts.length > 0) continue;
    const mentions = context.mentions
      .of(target.text)
      .filter(({ start, end }) => start >= fn.start && end <= fn.end);
    if (mentions.every((mention) => mention === target || !isFilled(mention))) found.push(target.text);
  }
  return found;
}

/** Whether something may be put into what is named here: by a method, by an index, by whom it is handed to. */
function isFilled(mention: Syntax): boolean {
  const { parent } = mention;
  if (parent?.kind === 'member')
    return /^(?:append|extend|insert|push|unshift|add|splice)$/.test(parent.parts.at(-1)!.text);
  if (parent?.kind === 'augment') return mention.field === 'left';
  return parent?.kind === 'arguments' || (parent?.kind === 'index' && parent.field === 'left');
}
