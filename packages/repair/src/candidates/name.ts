import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import { isBinding } from '../names.ts';
import { isOtherSide } from '../operation.ts';
import type { Binding, Scope } from '../scope.ts';
import type { Syntax } from '../syntax.ts';
import { nameSimilarity, overlap } from './similarity.ts';

/** Other names tried in place of one; beyond these the fit is guesswork. */
const MAX_NAMES = 14;
/** A name nothing binds is wrong for certain. */
const UNBOUND_FACTOR = 1.6;
/** `f(a, a)`, `return p, p`: one of the two is often a slip. */
const REPEATED_FACTOR = 1.4;
/** For the same reason its only use is seldom the wrong one. */
const ORPHAN_FACTOR = 0.35;
/** A variable nobody reads was made for something. */
const UNUSED_BONUS = 0.5;

/**
 * Another variable in scope: likest name and use first, near ones before far ones, unread ones before all.
 * Why: "change identifier used" is the most frequent single-statement fix in ManySStuBs4J, and wrong variables
 * are what Allamanis et al. 2018 (VarMisuse) and TBar's variable replacer set out to mend.
 */
export const name: Family = {
  name: 'name',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind !== 'name') return;
    if (isBinding(node)) {
      yield* renamed(node, context);
      return;
    }
    const scope = context.scope(node);
    const unbound = context.mentions.isUnbound(node, scope);
    const role = roleOf(node);
    const options = [...scope, ...context.builtins]
      .filter((binding) => binding.name !== node.text && (unbound || suits(binding, role, node, context)))
      .filter((binding) => !isOtherSide(node, binding.name))
      .map((binding) => ({ text: binding.name, fit: fit(binding, node, context) }));
    for (const property of context.membersOf(context.table.say.own('').slice(0, -1))) {
      // `x` for `this.x`: the member of the same name, or of a like one.
      const similarity = property === node.text ? 1 : nameSimilarity(property, node.text) * 0.5;
      if (similarity > 0.4) options.push({ text: context.table.say.own(property), fit: similarity });
    }
    options.sort((a, b) => b.fit - a.fit);
    const weight =
      WEIGHT[role] *
      (unbound ? UNBOUND_FACTOR : 1) *
      (isRepeated(node) ? REPEATED_FACTOR : 1) *
      (!unbound && isOnlyUse(node, scope, context) ? ORPHAN_FACTOR : 1);
    for (const [rank, { text, fit: fits }] of options.slice(0, MAX_NAMES).entries()) {
      // A shorthand property keeps its key.
      const shown = node.type === 'shorthand_property_identifier' ? `${node.text}: ${text}` : text;
      const share = (0.3 + 0.7 * Math.min(1, fits)) / (1 + rank * 0.12);
      yield replace(node, shown, Math.min(1, weight * share));
      if (shown !== text) yield replace(node, text, Math.min(1, weight * share * 0.7));
    }
  },
};

/** Whether nothing would read a variable any more if this place did not. */
function isOnlyUse(node: Syntax, scope: Scope, { mentions }: Context): boolean {
  const owner = scope.find(({ name: bound }) => bound === node.text)?.owner;
  return owner != null && !mentions.isUsed(node.text, owner, node);
}

/** Whether a neighbour in the same list of values is the same name. */
function isRepeated(node: Syntax): boolean {
  const { parent } = node;
  const listed = parent?.kind === 'tuple' || parent?.kind === 'arguments' || parent?.kind === 'list';
  return listed && parent.parts.some((other) => other !== node && other.text === node.text);
}

type Role = 'callee' | 'object' | 'value' | 'target';

/** People mistake what they read more often than what they set. */
const WEIGHT: Readonly<Record<Role, number>> = { callee: 0.5, object: 0.75, value: 0.75, target: 0.35 };

function roleOf(node: Syntax): Role {
  if (node.field === 'left' && (node.parent?.kind === 'assign' || node.parent?.kind === 'augment'))
    return 'target';
  if (node.field === 'function' && node.parent?.kind === 'call') return 'callee';
  return node.parent?.kind === 'member' && node.field === 'object' ? 'object' : 'value';
}

function suits(binding: Binding, role: Role, node: Syntax, context: Context): boolean {
  if (role === 'callee') {
    return context.usage(binding.name).has('called') || binding.sort === 'function';
  }
  switch (binding.sort) {
    case 'parameter':
    case 'local':
    case 'loop':
    case 'module':
      return true;
    case 'builtin':
      return context.mentions.of(binding.name).length > 0 || nameSimilarity(binding.name, node.text) > 0.6;
    default: {
      // Functions, classes and imports stand for others only where they are used alike.
      if (role === 'object' && hasProperty(binding, node, context)) return true;
      const [known, other] = [context.usage(node.text), context.usage(binding.name)];
      return known.size > 0 && other.size > 0 && overlap(known, other) > 0.3;
    }
  }
}

const NEAR: Readonly<Record<Binding['sort'], number>> = {
  parameter: 1,
  local: 1,
  loop: 1,
  module: 0.6,
  function: 0.5,
  class: 0.4,
  import: 0.4,
  builtin: 0.4,
};

function fit(binding: Binding, node: Syntax, context: Context): number {
  const { mentions } = context;
  const alike = nameSimilarity(binding.name, node.text);
  const used = overlap(context.usage(binding.name), context.usage(node.text));
  const close = 1 / (1 + mentions.distance(binding.name, node) / 4);
  const unread =
    binding.owner !== null &&
    binding.sort !== 'function' &&
    !mentions.isUsed(binding.name, binding.owner, node);
  const same = roleOf(node) === 'object' && hasProperty(binding, node, context) ? 0.3 : 0;
  return NEAR[binding.sort] * (0.35 * alike + 0.35 * used + 0.3 * close) + (unread ? UNUSED_BONUS : 0) + same;
}

/** Whether the property read from a node is read from another name elsewhere. */
function hasProperty({ name: other }: Binding, node: Syntax, context: Context): boolean {
  const property = node.parent?.parts.at(-1)?.text;
  return property !== undefined && context.membersOf(other).has(property);
}

/** A parameter or variable that was meant to be called what the function uses and nothing binds. */
function* renamed(node: Syntax, context: Context): Generator<Proposal> {
  const fn = node.within('function');
  if (!fn || (node.parent === fn && node.field === 'name')) return;
  const wanted = new Map<string, Role>();
  for (const part of fn.walk()) {
    const unbound = part.kind === 'name' && context.mentions.isUnbound(part, context.scope(part));
    if (unbound && wanted.get(part.text) !== 'value') wanted.set(part.text, roleOf(part));
  }
  for (const [text, role] of wanted) yield replace(node, text, role === 'callee' ? 0.3 : 0.8);
}
