import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { isStatement } from './guard.ts';

/** Values tried for a variable nobody sets anew. */
const MAX_VALUES = 4;

/**
 * State that a loop carries along: a variable that is never set anew in it, one that must only grow or only shrink.
 * Why: a missing assignment is among the statement-insertion fixes of every study (AS-CE and MC-added in Pan et al.
 * 2009; TBar's "insert missed statement"); a name that is initialised, read in a loop and never written in it is
 * what data-flow analysis calls a loop invariant nobody would have named.
 */
export const update: Family = {
  name: 'update',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind === 'assign' || node.kind === 'bind') yield* extremes(node, context);
    if (node.kind === 'while' || node.kind === 'for' || node.kind === 'for-each') yield* unset(node, context);
  },
};

/** `best = e` -> `best = max(best, e)`. */
function* extremes(node: Syntax, context: Context): Generator<Proposal> {
  const target = node.kind === 'assign' ? node.at('left') : null;
  const value = node.at('right');
  if (target?.kind !== 'name' || !value || !node.within('while', 'for', 'for-each')) return;
  if (value.kind === 'list' || value.kind === 'map' || value.kind === 'string' || value.kind === 'null')
    return;
  const prefix = context.source.language === 'python' ? '' : 'Math.';
  if (value.text.startsWith(`${prefix}max(`) || value.text.startsWith(`${prefix}min(`)) return;
  yield replace(value, `${prefix}max(${target.text}, ${value.text})`, 0.2);
  yield replace(value, `${prefix}min(${target.text}, ${value.text})`, 0.12);
}

/** At each end of a loop's body, and before what follows: `v = w` for a `v` set before the loop, never within. */
function* unset(loop: Syntax, context: Context): Generator<Proposal> {
  const body = loop.at('body');
  const [first, last] = [body?.parts[0], body?.parts.at(-1)];
  if (body?.kind !== 'block' || !first || !last || !context.ownsLines(first) || !context.ownsLines(last))
    return;
  const set = new Set<string>();
  const read = new Set<string>();
  const fn = loop.within('function') ?? context.source.root;
  for (const part of loop.walk()) {
    if (part.kind !== 'name') continue;
    const target = isWritten(part);
    if (target) set.add(part.text);
    if (!target || part.parent?.kind === 'augment') read.add(part.text);
  }
  const readAfter = [...fn.walk()].filter((part) => part.kind === 'name' && part.start > loop.end);
  for (const part of readAfter) read.add(part.text);
  const stale = context
    .scope(first)
    .filter(({ name, sort, at }) => sort === 'local' && at < loop.start && read.has(name) && !set.has(name));
  for (const { name } of stale) {
    const values = [...new Set([...namesIn(loop)])]
      .filter((value) => value !== name && (set.has(value) || isLoopName(value, loop)))
      .sort((a, b) => context.mentions.distance(a, last) - context.mentions.distance(b, last))
      .slice(0, MAX_VALUES);
    for (const [rank, value] of values.entries()) {
      const text = context.table.say.statement(`${name} = ${value}`);
      const weight = 0.3 / (1 + rank * 0.4);
      const indent = context.indentOf(last);
      for (const part of body.parts) {
        if (!isStatement(part) || !context.ownsLines(part)) continue;
        const near = part === last ? 1 : 0.7;
        const note = `sets \`${name}\` to \`${value}\``;
        yield { start: part.end, end: part.end, text: `\n${indent}${text}`, weight: weight * near, note };
      }
    }
  }
}

function isWritten(node: Syntax): boolean {
  for (let at: Syntax | null = node; at?.parent; at = at.parent) {
    const { kind } = at.parent;
    if (kind === 'assign' || kind === 'augment' || kind === 'for-each') return at.field === 'left';
    if (kind === 'bind') return at.field === 'name';
    if (kind === 'update') return true;
    if (kind !== 'tuple' && kind !== 'spread' && kind !== 'list') return false;
  }
  return false;
}

function isLoopName(name: string, loop: Syntax): boolean {
  return loop.kind === 'for-each' && [...(loop.at('left')?.walk() ?? [])].some((part) => part.text === name);
}

function* namesIn(node: Syntax): Generator<string> {
  for (const part of node.walk()) if (part.kind === 'name' && part.field !== 'function') yield part.text;
}
