import type { Context } from '../context.ts';
import type { Family } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { isStatement } from './guard.ts';
import { overlap } from './similarity.ts';

/** Longer statements are not what was forgotten. */
const MAX_CHARACTERS = 60;
/** Statements adapted at one place. */
const MAX_STATEMENTS = 4;
/** Names put into one of them. */
const MAX_NAMES = 4;

/**
 * A call like one of the same function, with one name exchanged, said once more: `lines.append(line)` in the
 * loop, `lines.append(rest)` behind it.
 * Why: inserted statements are mostly variations of statements nearby (Martinez, Weimer & Monperrus 2014; the
 * "copy, adapt, insert" of ssFix and SimFix, Xin & Reiss 2017, Jiang et al. 2018).
 */
export const adapted: Family = {
  name: 'adapted',
  manner: 'mend',
  *propose(node, context) {
    if (!isStatement(node) || !context.ownsLines(node)) return;
    const fn = node.within('function');
    if (!fn) return;
    const indent = context.indentOf(node);
    const around = new Set(node.parent!.parts.map((part) => part.text));
    const options = [...variations(node, fn, context)]
      .filter(({ text }) => !around.has(text))
      .sort((a, b) => b.fit - a.fit)
      .slice(0, MAX_STATEMENTS * MAX_NAMES);
    const last = node.parent!.parts.at(-1) === node;
    const leaves =
      node.kind === 'return' || node.kind === 'throw' || node.kind === 'break' || node.kind === 'continue';
    for (const [rank, { text, fit }] of options.entries()) {
      const weight = (0.25 * fit) / (1 + rank * 0.15);
      const note = `adds \`${text}\``;
      if (last && !leaves) yield { start: node.end, end: node.end, text: `\n${indent}${text}`, weight, note };
      yield {
        start: node.start,
        end: node.start,
        text: `${text}\n${indent}`,
        weight: weight * (leaves ? 1 : 0.6),
        note,
      };
    }
  },
};

interface Variation {
  readonly text: string;
  readonly fit: number;
}

function* variations(at: Syntax, fn: Syntax, context: Context): Generator<Variation> {
  const names = context
    .scope(at)
    .filter(({ sort }) => sort === 'parameter' || sort === 'local' || sort === 'loop')
    .map(({ name }) => name);
  const known = new Set(names);
  let statements = 0;
  for (const other of fn.walk()) {
    if (other.kind !== 'expression' || other.end - other.start > MAX_CHARACTERS || other === at) continue;
    const call = other.parts[0];
    const given = call?.kind === 'call' ? call.at('arguments') : null;
    if (!given || other.text.includes('\n') || ++statements > MAX_STATEMENTS) continue;
    const free = [...other.walk()].filter((part) => part.kind === 'name' && part.field !== 'function');
    for (const place of free) {
      const rest = free.filter((part) => part !== place);
      if (!rest.every(({ text }) => known.has(text) || text === 'self' || text === 'this')) continue;
      const usage = context.usage(place.text);
      const fitting = names
        .filter((name) => name !== place.text && !rest.some(({ text }) => text === name))
        .map((name) => ({
          name,
          fit:
            0.5 * overlap(context.usage(name), usage) + 0.5 / (1 + context.mentions.distance(name, at) / 4),
        }))
        .sort((a, b) => b.fit - a.fit)
        .slice(0, MAX_NAMES);
      for (const { name, fit } of fitting) {
        const from = place.start - other.start;
        const text = other.text.slice(0, from) + name + other.text.slice(from + place.text.length);
        yield { text, fit };
      }
    }
  }
}
