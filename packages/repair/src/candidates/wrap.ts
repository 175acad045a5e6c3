import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Wrapper } from '../language-table.ts';
import { isBinding } from '../names.ts';
import { operand } from '../operation.ts';
import type { Syntax } from '../syntax.ts';
import { nameSimilarity } from './similarity.ts';

/** Functions of the file tried round an expression. */
const MAX_SEEN = 6;
/** Functions that the file declares, likest name first. */
const MAX_DECLARED = 10;
/** A wrapper the file uses already fits its style and its types. */
const SEEN_FACTOR = 1.5;
/** Still more so where the same statement uses it on a neighbour. */
const BESIDE_FACTOR = 3;
/** A second name for the same object is where sharing goes wrong most. */
const ALIAS_FACTOR = 1.5;

/**
 * A call put round an expression (conversion, rounding, normalising) or taken off; a collection copied.
 * Why: "method call sequence" fixes (SQ-AMO, SQ-RMO in Pan et al. 2009) add or remove a call; conversion and
 * rounding are TBar's data-type and cast templates; aliasing of a shared collection is the fault behind copies.
 */
export const wrap: Family = {
  name: 'wrap',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind === 'call') yield* unwrapped(node);
    if (!isValue(node)) return;
    const guess = context.guess(node);
    // Where the types clash, how a value is used says what it should be, not what it is.
    const clash = context.clues.symptom === 'type';
    const fits = ({ wants }: Wrapper) =>
      wants === undefined || guess === null || guess === wants || (clash && node.kind === 'name');
    for (const wrapper of context.table.wrappers) {
      if ((wrapper.on && !wrapper.on.includes(node.kind!)) || !fits(wrapper)) continue;
      const proposal = wrapped(
        node,
        wrapper,
        Math.min(0.4, wrapper.weight * familiarity(wrapper, node, context)),
      );
      if (proposal) yield proposal;
    }
    yield* seenFunctions(node, context);
    yield* declaredFunctions(node, context);
    if (mayBeShared(node)) {
      for (const copy of context.table.say.copies.filter(fits)) {
        const aliased = node.parent?.kind === 'assign' || node.parent?.kind === 'bind' ? ALIAS_FACTOR : 1;
        const weight = copy.weight * familiarity(copy, node, context) * aliased;
        const proposal = wrapped(node, copy, Math.min(0.6, weight));
        if (proposal) yield proposal;
      }
    }
  },
};

/** How much a wrapper's use nearby speaks for it. */
function familiarity({ form }: Wrapper, node: Syntax, { source }: Context): number {
  const mark = form.split('@').find((part) => part.length >= 3);
  if (mark === undefined || !source.text.includes(mark)) return 1;
  const line = source.lines.slice(node.line - 1, node.endLine).join('\n');
  return line.includes(mark) ? BESIDE_FACTOR : SEEN_FACTOR;
}

function* unwrapped(node: Syntax): Generator<Proposal> {
  const callee = node.at('function');
  const given = node.at('arguments')?.parts ?? [];
  const first = given[0];
  if (first && given.length <= 2 && first.kind !== 'function' && first.kind !== 'keyword-argument') {
    yield replace(node, operand(first), given.length === 1 ? 0.3 : 0.12, 'takes the call off');
  }
  if (callee?.kind === 'member') {
    yield replace(node, callee.parts[0]!.text, given.length === 0 ? 0.3 : 0.15, 'takes the call off');
  } else if (callee && given.length === 0) {
    yield replace(node, callee.text, 0.1, 'does not call it');
  }
}

function wrapped(node: Syntax, { form }: Wrapper, weight: number): Proposal | null {
  const inner = form.startsWith('@') || form.includes('...@') ? operand(node) : node.text;
  const text = form.replaceAll('@', () => inner);
  // Twice the same says nothing.
  const callee = node.kind === 'call' ? node.at('function')?.text : undefined;
  if (callee && form.startsWith(`${callee}(`)) return null;
  const around = node.parent?.kind === 'arguments' ? node.parent.parent?.at('function')?.text : undefined;
  if (around && form.startsWith(`${around}(`)) return null;
  const loose = /(?:\?\?|\|\|)/.test(form) && node.parent?.kind !== 'bind' && node.parent?.kind !== 'return';
  // A call needs no parentheses of its own round it any more.
  const whole = node.parent?.kind === 'group' && !form.startsWith('@') ? node.parent : node;
  return replace(whole, loose ? `(${text})` : text, weight);
}

/** One-argument functions called in this file, round the same kind of expression first. */
function* seenFunctions(node: Syntax, { nodes }: Context): Generator<Proposal> {
  if (node.kind !== 'name' && node.kind !== 'member' && node.kind !== 'index' && node.kind !== 'call') return;
  const counts = new Map<string, number>();
  for (const other of nodes) {
    if (other.kind !== 'call' || other.at('arguments')?.parts.length !== 1) continue;
    const callee = other.at('function');
    if (callee?.kind !== 'name' || callee.text === 'require' || callee.text === 'super') continue;
    const alike = other.at('arguments')!.parts[0]!.kind === node.kind ? 2 : 1;
    counts.set(callee.text, (counts.get(callee.text) ?? 0) + alike);
  }
  const callee = node.kind === 'call' ? node.at('function')?.text : undefined;
  const usual = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MAX_SEEN);
  for (const [rank, [name]] of usual.entries()) {
    if (name !== callee) yield replace(node, `${name}(${node.text})`, 0.2 / (1 + rank * 0.3));
  }
}

/** Functions, methods and classes of this file that take one argument, whether or not anything calls them now. */
function* declaredFunctions(node: Syntax, context: Context): Generator<Proposal> {
  const own = node.within('class');
  const callee = node.kind === 'call' ? node.at('function')?.text : undefined;
  const found = context.takersOfOne
    .filter(({ within }) => within === null || within === own)
    .map(({ name, within }) => ({
      name: within === null ? name : context.table.say.own(name),
      fit: nameSimilarity(name, node.text),
    }))
    .filter(({ name }) => name !== callee)
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MAX_DECLARED);
  for (const [rank, { name, fit }] of found.entries())
    yield replace(node, `${name}(${node.text})`, (0.12 + 0.15 * fit) / (1 + rank * 0.15));
}

const VALUES = new Set(['name', 'member', 'index', 'call', 'arithmetic', 'logic', 'comprehension', 'list']);

/** An expression whose value is used, and not as a target, a callee or a part of a longer chain. */
function isValue(node: Syntax): boolean {
  if (!node.kind || !VALUES.has(node.kind)) return false;
  if (node.kind === 'name' && isBinding(node)) return false;
  const { parent, field } = node;
  if (!parent || field === 'left' || field === 'name' || field === 'key' || field === 'function')
    return false;
  if (node.type === 'shorthand_property_identifier') return false;
  const within = parent.kind;
  if (within === 'expression' || within === 'new' || within === 'update' || within === 'import') return false;
  if (within === 'member') return field === 'object' && (node.kind === 'name' || node.kind === 'call');
  return within !== 'augment' || field === 'right';
}

/** Where an object handed on is still the same object. */
function mayBeShared(node: Syntax): boolean {
  if (node.kind !== 'name' && node.kind !== 'member' && node.kind !== 'index') return false;
  const { parent, field } = node;
  switch (parent?.kind) {
    case 'return':
    case 'arguments':
    case 'pair':
    case 'list':
    case 'tuple':
      return true;
    case 'bind':
    case 'assign':
    case 'default-parameter':
    case 'for-each':
      return field === 'value' || field === 'right';
    case 'member':
      return field === 'object';
    default:
      return false;
  }
}
