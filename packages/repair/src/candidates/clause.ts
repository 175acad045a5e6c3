import type { Context } from '../context.ts';
import { type Family, replace } from '../family.ts';
import { isBinding } from '../names.ts';
import { conditionOf, operand } from '../operation.ts';
import type { Binding } from '../scope.ts';
import type { Syntax } from '../syntax.ts';
import { isStatement } from './guard.ts';
import { nameSimilarity } from './similarity.ts';

/** Variants of one clause. */
const MAX_VARIANTS = 8;
const MAX_CHARACTERS = 60;
/** Numbers and collections compared with. */
const MAX_NAMES = 5;

/**
 * A clause added to a condition or to a truth that is returned: a variant of one that is there (`isDate(x)` or
 * `isRegex(x)`), a comparison of two numbers at hand, membership in a collection at hand.
 * Why: clauses are what real conditions lack most (IF-CC in Pan et al. 2009; "expression adder" of PAR); which ones is
 * searched as in condition synthesis (SPR, Long & Rinard 2015; ACS, Xiong et al. 2017).
 */
export const clause: Family = {
  name: 'clause',
  manner: 'mend',
  *propose(node, context) {
    const own = truthOf(node);
    if (!own) return;
    const { say } = context.table;
    for (const atom of atomsOf(own)) {
      for (const [rank, { text, fit }] of variantsOf(atom, context).entries()) {
        const weight = (0.3 * (0.4 + 0.6 * fit)) / (1 + rank * 0.15);
        const loose = atom !== own || own.kind === 'logic';
        const either = `${atom.text} ${say.or} ${text}`;
        yield replace(atom, loose ? `(${either})` : either, weight);
        yield replace(atom, `${atom.text} ${say.and} ${text}`, weight * 0.7);
      }
    }
    for (const { text, weight } of comparisons(own, context)) {
      yield replace(own, `${operand(own)} ${say.and} ${text}`, weight);
      yield replace(own, `${operand(own)} ${say.or} ${text}`, weight * 0.8);
      yield replace(own, `${text} ${say.and} ${operand(own)}`, weight * 0.6);
    }
  },
};

/** A condition, or what a function returns as true or false. */
function truthOf(node: Syntax): Syntax | null {
  const own = conditionOf(node);
  if (own) return own;
  const value = node.kind === 'return' && isStatement(node) ? node.parts[0] : undefined;
  return value && /^(?:compare|logic|not)$/.test(value.kind ?? '') ? value : null;
}

function* atomsOf(own: Syntax): Generator<Syntax> {
  if (own.kind === 'logic' || own.kind === 'group') for (const part of own.parts) yield* atomsOf(part);
  else yield own;
}

interface Variant {
  readonly text: string;
  readonly fit: number;
}

/** A clause with one of its words exchanged: a text, a number, a member, the function it asks. */
function variantsOf(atom: Syntax, context: Context): Variant[] {
  if (atom.end - atom.start > MAX_CHARACTERS || atom.text.includes('\n')) return [];
  const found: Variant[] = [];
  for (const part of atom.walk()) {
    for (const { text, fit } of otherWords(part, context)) {
      const from = part.start - atom.start;
      found.push({ text: atom.text.slice(0, from) + text + atom.text.slice(from + part.text.length), fit });
      // `a.x == b.x` said of `y`.
      const all = part.kind === 'property' ? atom.text.replaceAll(part.text, text) : null;
      if (all !== null && all !== found.at(-1)!.text) found.push({ text: all, fit });
    }
  }
  return found
    .filter(({ text }) => !/^(\w+) \S+(?: in)? \1$/.test(text))
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MAX_VARIANTS);
}

function* otherWords(part: Syntax, context: Context): Generator<Variant> {
  switch (part.kind) {
    case 'string':
    case 'number': {
      const seen = new Set([part.text]);
      for (const other of context.nodes) {
        if (other.kind !== part.kind || seen.has(other.text) || other.text.length > 20) continue;
        seen.add(other.text);
        // What the failures speak of, what stands in the same place, what is near.
        const named = context.clues.words.includes(other.text.slice(1, -1)) ? 0.4 : 0;
        const placed = other.parent?.kind === part.parent?.kind ? 0.3 : 0;
        yield { text: other.text, fit: named + placed + 0.3 / (1 + Math.abs(other.line - part.line) / 10) };
      }
      return;
    }
    case 'property': {
      const object = part.parent?.kind === 'member' ? part.parent.parts[0]!.text : null;
      if (object === null) return;
      for (const member of context.membersOf(object))
        if (member !== part.text) yield { text: member, fit: nameSimilarity(member, part.text) };
      return;
    }
    case 'name': {
      if (isBinding(part)) return;
      const called = part.field === 'function';
      for (const { name, sort } of context.scope(part)) {
        if (name === part.text || (sort === 'function') !== called || sort === 'import') continue;
        yield { text: name, fit: nameSimilarity(name, part.text) };
      }
      return;
    }
    default:
  }
}

interface Comparison {
  readonly text: string;
  readonly weight: number;
}

function* comparisons(own: Syntax, context: Context): Generator<Comparison> {
  const { say } = context.table;
  const mentioned = new Set([...own.walk()].filter(({ kind }) => kind === 'name').map(({ text }) => text));
  const local = context
    .scope(own)
    .filter(({ sort, name }) => /^(?:parameter|local|loop)$/.test(sort) && name !== 'self' && name !== 'cls')
    .sort(
      (a, b) =>
        Number(mentioned.has(b.name)) - Number(mentioned.has(a.name)) ||
        context.mentions.distance(a.name, own) - context.mentions.distance(b.name, own),
    );
  const numbers = local.filter(({ name }) => isNumber(name, context)).slice(0, MAX_NAMES);
  for (const [rank, { name }] of numbers.entries()) {
    const weight = (mentioned.has(name) ? 0.1 : 0.06) / (1 + rank * 0.3);
    for (const other of numbers.slice(rank + 1)) {
      for (const operator of ['<', '>', '<=', '>=', say.differs, say.equals])
        yield { text: `${name} ${operator} ${other.name}`, weight };
    }
    for (const text of [`${name} > 0`, `${name} ${say.equals} 0`, `${name} ${say.equals} 1`, `${name} > 1`])
      yield { text, weight: weight * 0.8 };
  }
  yield* memberships(local, context);
}

function* memberships(local: readonly Binding[], context: Context): Generator<Comparison> {
  const holders = local.filter(({ name }) => [...context.usage(name)].some((how) => HOLDER.test(how)));
  for (const holder of holders.slice(0, MAX_NAMES)) {
    for (const item of local.slice(0, MAX_NAMES)) {
      if (item.name === holder.name) continue;
      const inside = context.table.say.holds(holder.name, item.name);
      yield { text: context.table.say.not(inside), weight: 0.06 };
      yield { text: inside, weight: 0.04 };
    }
  }
}

const HOLDER = /^\.(?:has|get|set|add|includes|setdefault|pop)$|^indexed$/;

function isNumber(name: string, context: Context): boolean {
  const usage = [...context.usage(name)];
  return (
    usage.some((how) => how === 'calculated' || how === 'index') && !usage.some((how) => COMPOSED.test(how))
  );
}

const COMPOSED = /^(?:iterated|indexed|called|\.)/;
