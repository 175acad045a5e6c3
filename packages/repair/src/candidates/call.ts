import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Binding } from '../scope.ts';
import type { Syntax } from '../syntax.ts';
import { nameSimilarity } from './similarity.ts';
import { valuesOf } from './value.ts';

/** Names tried as an added argument. */
const MAX_ADDED = 4;
/** Other calls of the same function looked at. */
const MAX_ALIKE = 6;
const MAX_TEXT = 60;

/** An argument to add, with its weight. */
type Argument = readonly [text: string, weight: number];

/**
 * Arguments swapped, dropped, added; a call that repeats itself on other arguments.
 * Why: method calls with other actual parameters (MC-DAP) are the commonest pattern of all in Pan et al. 2009;
 * "same function swap args", "more args" and "less args" are ManySStuBs4J templates; swapped arguments are what
 * Rice et al. 2017 found by names alone.
 */
export const call: Family = {
  name: 'arguments',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind !== 'arguments') return;
    const given = node.parts;
    for (let i = 0; i + 1 < given.length; i++) {
      const [a, b] = [given[i]!, given[i + 1]!];
      if (a.text === b.text || a.kind === 'keyword-argument' || b.kind === 'keyword-argument') continue;
      yield swapped(a, b, context, a.kind === b.kind ? 0.5 : 0.25);
    }
    if (given.length === 3 && given[0]!.kind === given[2]!.kind) {
      yield swapped(given[0]!, given[2]!, context, 0.15);
    }
    for (const [index, argument] of given.entries()) {
      if (given.length === 1 && node.parent?.kind === 'new') continue;
      const rest = given.filter((other) => other !== argument).map((other) => other.text);
      yield replace(
        node,
        `(${rest.join(', ')})`,
        index === given.length - 1 ? 0.2 : 0.1,
        'drops an argument',
      );
    }
    yield* added(node, given, context);
    yield* handedOn(node, given, context);
  },
};

function swapped(a: Syntax, b: Syntax, { source }: Context, weight: number): Proposal {
  const between = source.text.slice(a.end, b.start);
  return { start: a.start, end: b.end, text: b.text + between + a.text, weight };
}

/** One more argument at the end: the parameter the callee in this file declares there, else what is at hand. */
function* added(node: Syntax, given: readonly Syntax[], context: Context): Generator<Proposal> {
  if (given.some((argument) => argument.kind === 'spread' || argument.kind === 'function')) return;
  const callee = node.parent?.at('function');
  const wanted = callee ? declaredParameter(callee, given.length, context) : undefined;
  if (wanted === null) return;
  const head = given.map((argument) => argument.text);
  const known = new Set(head);
  for (const [text, weight] of [
    ...names(node, wanted, context),
    ...(callee ? alike(node, callee, given.length, context) : []),
    ...(given.length > 0 ? values(context) : []),
  ]) {
    if (known.has(text)) continue;
    known.add(text);
    yield replace(node, `(${[...head, text].join(', ')})`, weight, `adds the argument ${text}`);
  }
}

/** `f(s)` -> `f(s, posix=posix)`: a parameter handed on under its own name. */
function* handedOn(node: Syntax, given: readonly Syntax[], context: Context): Generator<Proposal> {
  const callee = node.parent?.at('function');
  if (!callee || context.source.language !== 'python') return;
  const passed = new Set(given.map(({ text }) => /^\w+/.exec(text)?.[0]));
  // The next one needs no keyword.
  const wanted = parametersOf(callee, context)
    ?.flatMap((parameter) => parameterName(parameter) ?? [])
    .filter((_, index) => index !== given.length);
  const known = wanted ?? keywordsOf(callee, context);
  const fn = node.within('function');
  for (const { name, sort, owner } of context.scope(node)) {
    if (sort !== 'parameter' && sort !== 'local') continue;
    if (passed.has(name) || name === 'self' || name === 'cls' || !known.includes(name)) continue;
    const idle = owner !== null && owner === fn && !context.mentions.isUsed(name, owner, node);
    const text = `(${[...given.map((argument) => argument.text), `${name}=${name}`].join(', ')})`;
    yield replace(node, text, idle ? 0.6 : 0.35, `adds the argument ${name}=${name}`);
  }
}

/** Keywords that other calls of the same function use. */
function keywordsOf(callee: Syntax, { nodes }: Context): string[] {
  const called = callee.parts.at(-1)?.text ?? callee.text;
  return nodes.flatMap((node) => {
    if (node.kind !== 'keyword-argument') return [];
    const other = node.parent?.parent?.at('function');
    return other && (other.parts.at(-1)?.text ?? other.text) === called ? [node.parts[0]!.text] : [];
  });
}

/** Variables at hand, those that the callee seems to ask for first, and those that nothing uses. */
function* names(node: Syntax, wanted: Parameter | undefined, context: Context): Generator<Argument> {
  const candidates = context
    .scope(node)
    .filter(({ sort }) => sort === 'parameter' || sort === 'local' || sort === 'loop')
    .map((binding) => ({
      name: wanted?.rest ? `${wanted.rest}${binding.name}` : starred(binding, context),
      fit: wanted === undefined ? 0 : nameSimilarity(binding.name, wanted.name),
      idle: binding.owner !== null && !context.mentions.isUsed(binding.name, binding.owner, node),
    }))
    .sort((a, b) => Number(b.idle) - Number(a.idle) || b.fit - a.fit)
    .slice(0, MAX_ADDED);
  for (const [rank, { name, fit, idle }] of candidates.entries()) {
    const weight = wanted === undefined ? 0.08 : 0.2 + 0.35 * fit;
    yield [name, idle ? 0.5 : weight / (1 + rank * 0.4)];
  }
}

/** A rest parameter is handed on the way it was taken. */
function starred({ name, sort, at }: Binding, { source: { text } }: Context): string {
  const mark = sort === 'parameter' ? /(?:\*{1,2}|\.\.\.)$/.exec(text.slice(Math.max(0, at - 3), at)) : null;
  return `${mark?.[0] ?? ''}${name}`;
}

/** What other calls of the same function have there, as it is and turned round (`x - step` for `x + step`). */
function* alike(node: Syntax, callee: Syntax, position: number, context: Context): Generator<Argument> {
  const called = callee.parts.at(-1)?.text ?? callee.text;
  const others = context.nodes
    .filter(({ kind, parent }) => kind === 'arguments' && parent !== node.parent)
    .filter(({ parent }) => {
      const other = parent?.at('function');
      return other !== null && other !== undefined && (other.parts.at(-1)?.text ?? other.text) === called;
    })
    .flatMap((list) => list.parts[position] ?? [])
    .filter((argument) => argument.text.length < MAX_TEXT && !argument.text.includes('\n'))
    .sort((a, b) => Math.abs(a.line - node.line) - Math.abs(b.line - node.line));
  for (const argument of others.slice(0, MAX_ALIKE)) {
    yield [argument.text, 0.4];
    const [left, operator, right] = argument.kind === 'arithmetic' ? argument.children : [];
    const turned = operator?.text === '+' ? '-' : operator?.text === '-' ? '+' : null;
    if (left && right && turned) {
      const at = operator!.start - argument.start;
      yield [argument.text.slice(0, at) + turned + argument.text.slice(at + 1), 0.2];
    }
  }
}

function* values(context: Context): Generator<Argument> {
  for (const [text, weight] of valuesOf(context)) yield [text, weight * 0.1];
}

interface Parameter {
  readonly name: string;
  /** What stands before it where it takes all that is left: `*`, `...`; else empty. */
  readonly rest: string;
}

/** The callee's parameter at a position, null if it has none there, undefined if the callee is unknown. */
function declaredParameter(callee: Syntax, position: number, context: Context): Parameter | null | undefined {
  const parameters = parametersOf(callee, context);
  if (!parameters) return undefined;
  const parameter = parameters[position];
  const name = parameter && parameterName(parameter);
  if (!name) return null;
  return { name, rest: /^(?:\*|\.\.\.)(?!\*)/.exec(parameter.text)?.[0] ?? '' };
}

/** Parameters of the function, method or class of this file that is called; without the object itself. */
function parametersOf(callee: Syntax, context: Context): Syntax[] | undefined {
  const called = callee.kind === 'member' ? callee.parts.at(-1)!.text : callee.text;
  const parameters = context.declared.get(called)?.at('parameters')?.parts;
  const own = parameters?.[0]?.text === 'self' || parameters?.[0]?.text === 'cls' ? 1 : 0;
  return parameters?.slice(own);
}

function parameterName(parameter: Syntax): string | undefined {
  return (parameter.at('name') ?? parameter.at('left') ?? parameter.parts[0] ?? parameter).text;
}
