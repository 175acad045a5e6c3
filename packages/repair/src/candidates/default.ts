import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { valuesOf } from './value.ts';

/** Where no call is known to lack the argument. */
const UNASKED = 0.12;

/**
 * A parameter that calls may leave out: its default is what a parameter of the same name has elsewhere in the file,
 * or one of the values defaults mostly are.
 * Why: "add or remove parameter with default" is a refactoring that bug fixes carry (MD-CHG, changed method
 * declaration, in Pan et al. 2009); Python's message names what is missing.
 */
export const defaultValue: Family = {
  name: 'default',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind !== 'name' || node.parent?.kind !== 'parameters' || !isLastBare(node)) return;
    const asked = context.clues.missing.includes(node.text) ? 1 : UNASKED;
    yield* defaults(node, context, asked);
  },
};

/** Whether the parameters behind it have defaults, or are rest parameters: before others none may stand. */
function isLastBare(node: Syntax): boolean {
  const list = node.parent!.parts;
  if (node.text === 'self' || node.text === 'cls') return false;
  return list.slice(list.indexOf(node) + 1).every(({ kind }) => kind !== 'name');
}

function* defaults(node: Syntax, context: Context, asked: number): Generator<Proposal> {
  const weights = new Map<string, number>();
  for (const [text, weight] of valuesOf(context)) weights.set(text, weight);
  for (const other of context.nodes) {
    if (other.kind !== 'default-parameter' && other.kind !== 'keyword-argument') continue;
    const [name, value] = [other.parts[0], other.parts.at(-1)];
    if (name?.text === node.text && value && value !== name) weights.set(value.text, 1);
  }
  for (const [text, weight] of weights) {
    yield replace(node, `${node.text}=${text}`, weight * asked, `gives \`${node.text}\` a default, ${text}`);
  }
}
