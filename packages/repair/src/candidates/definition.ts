import type { Context } from '../context.ts';
import type { Family, Proposal } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { isStatement } from './guard.ts';
import { isKnown } from './recurring.ts';
import { nameSimilarity } from './similarity.ts';

/** Values tried for one name. */
const MAX_VALUES = 10;
const MAX_CHARACTERS = 60;

/**
 * A variable set before it is read, where nothing has set it; a member set beside a like one, where the failures say
 * that it is not there.
 * Why: missing initialisation is a fault class of its own (assignment faults in orthogonal defect classification,
 * Chillarege et al. 1992); lines next to each other mostly vary one another.
 */
export const definition: Family = {
  name: 'definition',
  manner: 'mend',
  *propose(node, context) {
    if (!isStatement(node) || !context.ownsLines(node)) return;
    if (node.kind === 'function' || node.kind === 'class') return;
    const indent = context.indentOf(node);
    for (const name of unsetIn(node, context)) {
      for (const [rank, { text, fit }] of valuesFor(name, node, context).entries()) {
        const line = context.table.say.define(name, text);
        const weight = (0.7 * (0.3 + 0.7 * fit)) / (1 + rank * 0.1);
        yield {
          start: node.start,
          end: node.start,
          text: `${line}\n${indent}`,
          weight,
          note: `adds \`${line}\``,
        };
      }
    }
    yield* members(node, context);
  },
};

/** Names a statement reads that nothing before it sets; only where a block mentions them first. */
function unsetIn(node: Syntax, context: Context): string[] {
  const names = new Set<string>();
  for (const part of node.walk()) {
    if (part.kind !== 'name' || (part.parent?.kind === 'assign' && part.field === 'left')) continue;
    if (context.mentions.isUnbound(part, context.scope(part))) names.add(part.text);
  }
  const before = node.parent!.parts.filter(({ start }) => start < node.start);
  return [...names].filter((name) => !before.some((other) => mentions(other, name)));
}

function mentions(node: Syntax, name: string): boolean {
  for (const part of node.walk()) if (part.kind === 'name' && part.text === name) return true;
  return false;
}

interface Value {
  readonly text: string;
  readonly fit: number;
}

/** What like names are set to, said of this one; else the values things begin with. */
function valuesFor(name: string, at: Syntax, context: Context): Value[] {
  const { say } = context.table;
  const found = new Map<string, number>();
  const add = (text: string, fit: number) => found.set(text, Math.max(fit, found.get(text) ?? 0));
  for (const [rank, text] of ['0', '[]', say.nothing, "''", '{}', '1', say.false].entries())
    add(text, 0.5 / (1 + rank * 0.4));
  for (const other of context.nodes) {
    const [target, value] = targetAndValue(other);
    if (!target || !value || value.text.length > MAX_CHARACTERS || value.text.includes('\n')) continue;
    const alike = target.text === name ? 0.9 : nameSimilarity(target.text, name);
    if (alike < 0.3 || !isKnown(value, at, context)) continue;
    const near = 1 / (1 + Math.abs(other.line - at.line) / 10);
    const fit = 0.7 * alike + 0.3 * near;
    const renamed = inParallel(value.text, target.text, name);
    add(renamed, renamed === value.text ? fit * 0.9 : fit);
    // A constructor that is given nothing may have been given what came in.
    if (value.kind === 'call' && value.at('arguments')?.parts.length === 0)
      for (const parameter of context.scope(at).filter(({ sort }) => sort === 'parameter'))
        add(renamed.replace(/\(\)$/, `(${parameter.name})`), fit * 0.7);
  }
  return [...found]
    .map(([text, fit]) => ({ text, fit }))
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MAX_VALUES);
}

function targetAndValue(node: Syntax): [Syntax | null, Syntax | null] {
  if (node.kind === 'assign') return [node.at('left'), node.at('right')];
  return node.kind === 'bind' ? [node.at('name'), node.at('value')] : [null, null];
}

/** What differs between two names exchanged in a text: `min(r, g)` for `minc` said of `maxc` is `max(r, g)`. */
function inParallel(text: string, from: string, to: string): string {
  const least = Math.min(from.length, to.length);
  let head = 0;
  while (head < least && from[head] === to[head]) head++;
  let tail = 0;
  while (tail < least - head && from.at(-1 - tail) === to.at(-1 - tail)) tail++;
  // Whole runs of letters: `in` for `ax` would change what has nothing to do with it.
  while (head > 0 && /[a-z]/i.test(from[head - 1]!)) head--;
  const [old, put] = [from.slice(head, from.length - tail), to.slice(head, to.length - tail)];
  return old.length < 2 || put === '' ? text : text.replaceAll(old, put);
}

/** `self.maxset = 6` beside `self.maxdict = 6`, where the failures name `maxset`. */
function* members(node: Syntax, context: Context): Generator<Proposal> {
  const inner = node.kind === 'expression' ? node.parts[0] : null;
  const target = inner?.kind === 'assign' ? inner.at('left') : null;
  const property = target?.kind === 'member' ? target.parts.at(-1) : undefined;
  if (!property || node.text.includes('\n')) return;
  const { text } = context.source;
  const head = text.slice(node.start, property.start);
  const tail = text.slice(property.end, node.end);
  for (const word of context.clues.words) {
    if (!/^[A-Za-z_]\w*$/.test(word) || word === property.text) continue;
    const alike = nameSimilarity(word, property.text);
    if (alike < 0.4) continue;
    const line = head + word + inParallel(tail, property.text, word);
    const put = `\n${context.indentOf(node)}${line}`;
    yield { start: node.end, end: node.end, text: put, weight: 0.6 * alike, note: `adds \`${line}\`` };
  }
}
