import { conditionOf } from './operation.ts';
import type { Syntax } from './syntax.ts';

/** How much likelier a change of what drives a loop is to end it. */
const DRIVES = 3;
/** Anything else within a loop. */
const INSIDE = 1;
/** Code outside loops rarely runs for ever; recursion does, so it is not left out. */
const OUTSIDE = 0.5;

/**
 * For programs that do not come to an end: how much more, or less, a node has to do with that. What drives a loop is
 * its condition and whatever sets a name of that condition.
 */
export function endlessness(node: Syntax): number {
  const loop = node.within('while', 'for');
  if (!loop) return node.kind === 'while' || node.kind === 'for' ? DRIVES : OUTSIDE;
  const condition = conditionOf(loop);
  if (!condition) return DRIVES;
  if (node.start >= condition.start && node.end <= condition.end) return DRIVES;
  const statement = setting(node, loop);
  const target = statement?.parts[0];
  const driving = new Set(
    [...condition.walk()].filter(({ kind }) => kind === 'name').map(({ text }) => text),
  );
  return target && [...target.walk()].some(({ text }) => driving.has(text)) ? DRIVES : INSIDE;
}

/** The assignment a node is part of. */
function setting(node: Syntax, loop: Syntax): Syntax | null {
  for (let at: Syntax | null = node; at && at !== loop; at = at.parent) {
    if (at.kind === 'assign' || at.kind === 'augment' || at.kind === 'bind' || at.kind === 'update')
      return at;
  }
  return null;
}
