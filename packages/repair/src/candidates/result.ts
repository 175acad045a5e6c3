import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { looksNumeric } from './operand.ts';

/** Results of other functions tried. */
const MAX_RETURNED = 6;
const MAX_CHARACTERS = 40;
/** Names tried as what should have been handed back. */
const MAX_NAMES = 4;

/**
 * A constant handed back where something worked out was meant: `return true` -> `return depth === 0`,
 * `return []` -> `return [n]`; a result that lacks what came before.
 * Why: TBar's "mutate return statement" and PAR's expression replacement; a constant result after a computation
 * leaves a variable nobody reads.
 */
export const result: Family = {
  name: 'result',
  manner: 'mend',
  *propose(node, context) {
    const value = node.kind === 'return' ? node.parts[0] : undefined;
    if (!value) return;
    const names = context
      .scope(node)
      .filter(
        ({ sort, name }) => (sort === 'parameter' || sort === 'local') && name !== 'self' && name !== 'cls',
      )
      .map(({ name }) => name)
      .filter((name) => name !== value.text)
      .sort((a, b) => context.mentions.distance(a, node) - context.mentions.distance(b, node))
      .slice(0, MAX_NAMES);
    if (isConstant(value)) yield* computed(value, names, context);
    yield* returnedElsewhere(value, context);
    if (value.kind === 'comprehension' || value.kind === 'list' || value.kind === 'call') {
      yield* joined(value, names, context);
    }
  },
};

/** What other functions of the file hand back, near ones first: the redundancy assumption for results. */
function* returnedElsewhere(value: Syntax, context: Context): Generator<Proposal> {
  const visible = new Set(context.scope(value).map(({ name }) => name));
  const seen = context.nodes
    .filter(
      ({ kind, parts, start }) =>
        kind === 'return' && parts[0] !== undefined && start !== value.parent!.start,
    )
    .sort((a, b) => Math.abs(a.line - value.line) - Math.abs(b.line - value.line))
    .map(({ parts }) => parts[0]!)
    .filter(({ text }) => text !== value.text && text.length <= MAX_CHARACTERS && !text.includes('\n'));
  const usable = seen.filter((other) =>
    [...other.walk()].every(
      (part) =>
        part.kind !== 'name' ||
        visible.has(part.text) ||
        /^[A-Z]|^(?:self|this|cls)$/.test(part.text) ||
        part.field === 'function',
    ),
  );
  const texts = [...new Set(usable.map(({ text }) => text))].slice(0, MAX_RETURNED);
  const weight = isConstant(value) ? 0.35 : 0.2;
  for (const [rank, text] of texts.entries()) yield replace(value, text, weight / (1 + rank * 0.25));
}

function isConstant({ kind, parts }: Syntax): boolean {
  if (kind === 'list' || kind === 'map') return parts.length === 0;
  return kind === 'true' || kind === 'false' || kind === 'null' || kind === 'number' || kind === 'string';
}

function* computed(value: Syntax, names: readonly string[], context: Context): Generator<Proposal> {
  const { say } = context.table;
  for (const [rank, name] of names.entries()) {
    const share = 1 / (1 + rank * 0.3);
    const numeric = looksNumeric(context.usage(name));
    if (value.kind === 'true' || value.kind === 'false') {
      const equals = context.source.language === 'python' ? '==' : '===';
      if (numeric) yield replace(value, `${name} ${equals} 0`, 0.4 * share);
      else yield replace(value, say.isEmpty(name), 0.2 * share);
      yield replace(value, say.not(name), 0.15 * share);
      continue;
    }
    if (value.kind === 'list') {
      yield replace(value, `[${name}]`, 0.3 * share);
      if (!numeric) yield replace(value, name, 0.25 * share);
      continue;
    }
    yield replace(value, name, 0.25 * share);
  }
}

/** A collection put before or behind the one that is returned. */
function* joined(value: Syntax, names: readonly string[], context: Context): Generator<Proposal> {
  const python = context.source.language === 'python';
  for (const name of names) {
    const usage = context.usage(name);
    if (
      looksNumeric(usage) ||
      ![...usage].some((how) => how === 'iterated' || how === 'indexed' || how.startsWith('.'))
    )
      continue;
    if (python) {
      yield replace(value, `${name} + ${value.text}`, 0.15);
      yield replace(value, `${value.text} + ${name}`, 0.12);
    } else {
      yield replace(value, `[...${name}, ...${value.text}]`, 0.12);
      yield replace(value, `[...${value.text}, ...${name}]`, 0.1);
    }
  }
}
