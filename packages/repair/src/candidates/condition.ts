import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import { conditionOf, operand, operation } from '../operation.ts';
import type { Syntax } from '../syntax.ts';

/** Terms of other conditions tried beside one. */
const MAX_TERMS = 6;
/** Names tested for being there. */
const MAX_NAMES = 4;

/**
 * A condition strengthened or weakened by a term from its surroundings.
 * Why: "more specific if" and "less specific if" in ManySStuBs4J, expression adder in PAR (Kim et al. 2013);
 * the terms come from conditions of the same file (redundancy assumption) and from names in scope, as in
 * Prophet's and SPR's condition synthesis (Long & Rinard 2015, 2016).
 */
export const condition: Family = {
  name: 'condition',
  manner: 'mend',
  *propose(node, context) {
    const own = conditionOf(node);
    if (!own) return;
    const { say } = context.table;
    for (const object of objectsIn(own)) {
      // What is looked into must be there first.
      yield replace(own, `${say.isNothing(object)} ${say.or} ${operand(own)}`, 0.25);
      yield replace(own, `${say.isSomething(object)} ${say.and} ${operand(own)}`, 0.3);
    }
    if (own.kind === 'compare') yield* fewest(own, context);
    for (const { term, weight } of terms(own, context)) {
      yield replace(own, `${operand(own)} ${say.and} ${term}`, weight);
      yield replace(own, `${operand(own)} ${say.or} ${term}`, weight * 0.9);
      if (node.kind === 'while' || node.kind === 'filter') {
        // A guard comes before what it guards.
        yield replace(own, `${term} ${say.and} ${operand(own)}`, weight * 0.6);
      }
    }
  },
};

/** Condition forced one way: it makes code unreachable or unconditional rather than right. */
export const constantCondition: Family = {
  name: 'constant-condition',
  manner: 'silence',
  *propose(node, { table: { say } }): Generator<Proposal> {
    const own = node.kind === 'while' ? null : conditionOf(node);
    if (!own) return;
    yield replace(own, say.true, 0.15, 'the condition always holds');
    yield replace(own, say.false, 0.15, 'the condition never holds');
  },
};

/** Names whose members or elements a condition reads. */
function objectsIn(own: Syntax): string[] {
  const objects = [...own.walk()].flatMap((node) => {
    const object = node.kind === 'member' || node.kind === 'index' ? node.parts[0] : undefined;
    return object?.kind === 'name' && !/^(?:self|this|cls|[A-Z].*)$/.test(object.text) ? [object.text] : [];
  });
  return [...new Set(objects)];
}

/** `len(x) == 0` -> `len(x) <= 1`: the smallest cases are two. */
function* fewest(own: Syntax, { source }: Context): Generator<Proposal> {
  const parts = operation(own);
  if (!parts || !/^(?:===?|<|<=)$/.test(parts.operator.text) || parts.right.kind !== 'number') return;
  const python = source.language === 'python';
  const n = Number(parts.right.text);
  if (!Number.isInteger(n) || n > 2) return;
  const left = parts.left.text;
  const counts = /^len\(/.test(left) || /\.(?:length|size)$/.test(left);
  const weight = counts ? 0.35 : 0.15;
  yield replace(own, `${left} <= ${n + 1}`, weight);
  yield replace(own, `${left} <= ${n}`, weight * 0.5);
  if (parts.operator.text !== '<' && n > 0)
    yield replace(own, `${left} ${python ? '==' : '==='} ${n - 1}`, 0.1);
}

function terms(own: Syntax, context: Context): { term: string; weight: number }[] {
  const { say } = context.table;
  const found: { term: string; weight: number }[] = [];
  const visible = new Set(context.scope(own).map(({ name }) => name));
  const mentioned = new Set([...own.walk()].filter(({ kind }) => kind === 'name').map(({ text }) => text));
  const fn = own.within('function') ?? context.source.root;
  const seen = new Set([own.text]);
  for (const other of conditionsNear(own, fn, context)) {
    if (seen.has(other.text) || other.text.length > 80 || found.length >= MAX_TERMS) continue;
    seen.add(other.text);
    const names = [...other.walk()].filter(({ kind }) => kind === 'name').map(({ text }) => text);
    if (!names.every((name) => visible.has(name) || name === 'this' || name === 'self')) continue;
    const related = names.some((name) => mentioned.has(name));
    found.push({ term: operand(other), weight: related ? 0.3 : 0.15 });
  }
  const names = context
    .scope(own)
    .filter(({ sort }) => sort === 'parameter' || sort === 'local' || sort === 'loop')
    .sort((a, b) => Number(mentioned.has(b.name)) - Number(mentioned.has(a.name)))
    .slice(0, MAX_NAMES);
  for (const { name } of names) {
    const weight = mentioned.has(name) ? 0.12 : 0.1;
    found.push({ term: name, weight }, { term: say.not(name), weight: weight * 0.8 });
    if (mentioned.has(name)) found.push({ term: say.isSomething(name), weight: weight * 0.6 });
  }
  return found;
}

/** Atomic conditions of the same function, then of the rest of the file. */
function* conditionsNear(own: Syntax, fn: Syntax, { nodes }: Context): Generator<Syntax> {
  const elsewhere: Syntax[] = [];
  for (const node of nodes) {
    if (node.kind !== 'compare' && node.kind !== 'not') continue;
    if (node.start >= own.start && node.end <= own.end) continue;
    if (node.start >= fn.start && node.end <= fn.end) yield node;
    else elsewhere.push(node);
  }
  yield* elsewhere;
}
