import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { looksNumeric } from './operand.ts';

/** Results of other functions tried. */
const MAX_RETURNED = 6;
const MAX_CHARACTERS = 40;
/** Methods of the same object tried. */
const MAX_METHODS = 12;
/** Names handed back as something else. */
const MAX_WRAPPED = 2;
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
    if (isConstant(value)) {
      yield* computed(value, names, context);
      yield* likeSiblings(value, context);
      yield* ownMethods(value, context);
      for (const name of workedOut(names, value, context).slice(0, MAX_WRAPPED)) {
        for (const form of context.table.say.results) yield replace(value, form.replaceAll('@', name), 0.12);
      }
    }
    yield* returnedElsewhere(value, context);
    if (value.kind === 'comprehension' || value.kind === 'list' || value.kind === 'call') {
      yield* joined(value, names, context);
    }
  },
};

/** Variables that nothing reads first, and what came in last. */
function workedOut(names: readonly string[], value: Syntax, context: Context): string[] {
  const fn = value.within('function');
  const rank = new Map(
    context.scope(value).map(({ name, sort }) => {
      const idle = fn !== null && !context.mentions.isUsed(name, fn, value);
      return [name, sort === 'parameter' ? 2 : idle ? 0 : 1];
    }),
  );
  return names.toSorted((a, b) => rank.get(a)! - rank.get(b)!);
}

/**
 * What functions beside this one hand back, said of this one: `return _db.guess_type(url)` in `guess_type(url)` is
 * `return _db.add_type(kind)` in `add_type(kind)`.
 */
function* likeSiblings(value: Syntax, context: Context): Generator<Proposal> {
  const fn = value.within('function');
  const own = fn?.at('name')?.text;
  if (!fn || own === undefined) return;
  const texts = new Map<string, number>();
  for (const other of context.nodes) {
    const home = other.kind === 'return' ? other.within('function') : null;
    const name = home?.at('name')?.text;
    const returned = other.parts[0];
    if (!home || home === fn || name === undefined || !returned) continue;
    if (returned.text.length > 2 * MAX_CHARACTERS || returned.text.includes('\n')) continue;
    if (!new RegExp(`\\b${name.replaceAll('$', String.raw`\$`)}\\b`).test(returned.text)) continue;
    const text = handedOn(returned, name, own, [parametersOf(home), parametersOf(fn)]);
    texts.set(text, 1 / (1 + Math.abs(home.line - fn.line) / 50));
  }
  const best = [...texts].sort((a, b) => b[1] - a[1]).slice(0, MAX_RETURNED);
  for (const [rank, [text]] of best.entries()) yield replace(value, text, 0.5 / (1 + rank * 0.3));
}

/** One function's result with its own name and parameters in place of another's. */
function handedOn(
  returned: Syntax,
  from: string,
  to: string,
  [theirs, ours]: readonly [readonly string[], readonly string[]],
): string {
  const call = [...returned.walk()].find(
    ({ kind, parts }) => kind === 'call' && parts[0]?.text.endsWith(from),
  );
  const given = call?.at('arguments');
  const handsAll = given && theirs.length > 0 && given.parts.every(({ text }) => theirs.includes(text));
  const text = (node: Syntax) => node.text.replaceAll(new RegExp(`\\b${from}\\b`, 'g'), to);
  if (!handsAll) return text(returned);
  const before = returned.text
    .slice(0, given.start - returned.start)
    .replaceAll(new RegExp(`\\b${from}\\b`, 'g'), to);
  return `${before}(${ours.join(', ')})${returned.text.slice(given.end - returned.start)}`;
}

function parametersOf(fn: Syntax): string[] {
  const parameters = fn.at('parameters')?.parts ?? [];
  return parameters
    .map((parameter) => (parameter.at('name') ?? parameter.at('left') ?? parameter).text)
    .filter((name) => name !== 'self' && name !== 'cls' && /^\w+$/.test(name));
}

/** Methods of the same object that need nothing. */
function* ownMethods(value: Syntax, context: Context): Generator<Proposal> {
  const home = value.within('class');
  const own = value.within('function')?.at('name')?.text;
  if (!home || own === undefined) return;
  const methods = [...home.walk()]
    .filter((node) => node.kind === 'function' && parametersOf(node).length === 0)
    .flatMap((node) => node.at('name')?.text ?? [])
    .filter((name) => name !== own && !name.startsWith('__'))
    .slice(0, MAX_METHODS);
  for (const name of methods) yield replace(value, `${context.table.say.own(name)}()`, 0.15);
}

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
