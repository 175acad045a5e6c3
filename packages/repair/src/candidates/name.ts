import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Binding } from '../scope.ts';
import type { Syntax } from '../syntax.ts';
import { nameSimilarity, overlap } from './similarity.ts';

/** Other names tried in place of one; beyond these the fit is guesswork. */
const MAX_NAMES = 10;

/**
 * Another variable in scope, likest name and use first.
 * Why: "change identifier used" is the most frequent single-statement fix in ManySStuBs4J, and wrong variables
 * are what Allamanis et al. 2018 (VarMisuse) and TBar's variable replacer set out to mend.
 */
export const name: Family = {
  name: 'name',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind !== 'name' || isBinding(node)) return;
    const callee = node.parent?.kind === 'call' && node.field === 'function';
    const options = context
      .scope(node)
      .filter((binding) => binding.name !== node.text && suits(binding, callee, node.text, context))
      .map((binding) => ({ text: binding.name, fit: fit(binding, node, context) }));
    for (const property of context.membersOf(context.table.say.own('').slice(0, -1))) {
      // `x` for `this.x`: the member of the same name, or of a like one.
      const similarity = property === node.text ? 1 : nameSimilarity(property, node.text) * 0.5;
      if (similarity > 0.4) options.push({ text: context.table.say.own(property), fit: similarity });
    }
    options.sort((a, b) => b.fit - a.fit);
    yield* weighed(node, options.slice(0, MAX_NAMES), callee ? 0.45 : 0.65);
  },
};

function* weighed(
  node: Syntax,
  options: readonly { text: string; fit: number }[],
  weight: number,
): Generator<Proposal> {
  for (const [rank, { text, fit: fits }] of options.entries()) {
    // A shorthand property keeps its key.
    const shown = node.type === 'shorthand_property_identifier' ? `${node.text}: ${text}` : text;
    yield replace(node, shown, (weight * (0.35 + 0.65 * fits)) / (1 + rank * 0.15));
  }
}

/** Whether a name is being bound here rather than used. */
export function isBinding(node: Syntax): boolean {
  const { parent, field } = node;
  if (!parent) return true;
  switch (parent.kind) {
    case 'function':
    case 'class':
      return field === 'name' || field === 'parameter';
    case 'bind':
      return field === 'name';
    case 'parameters':
    case 'import':
      return true;
    case 'default-parameter':
      return field === 'left' || field === 'name';
    case 'catch':
      return field === 'parameter';
    case 'for-each':
    case 'each':
      return field === 'left';
    default:
      return /import|export_specifier|pattern|type|decorator|labeled|typed_parameter/.test(parent.type);
  }
}

function suits(binding: Binding, callee: boolean, text: string, context: Context): boolean {
  if (callee) return context.usage(binding.name).has('called') || binding.sort === 'function';
  if (binding.sort === 'parameter' || binding.sort === 'local' || binding.sort === 'loop') return true;
  // Functions, classes and imports stand for others only where they are used alike.
  if (binding.sort === 'module') return true;
  const [known, other] = [context.usage(text), context.usage(binding.name)];
  return known.size > 0 && other.size > 0 && overlap(known, other) > 0.3;
}

function fit(binding: Binding, node: Syntax, context: Context): number {
  const near = { parameter: 1, local: 1, loop: 1, module: 0.5, function: 0.4, class: 0.3, import: 0.2 };
  const alike = nameSimilarity(binding.name, node.text);
  const used = overlap(context.usage(binding.name), context.usage(node.text));
  return near[binding.sort] * (0.45 * alike + 0.55 * used);
}
