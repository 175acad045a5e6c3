import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { nameSimilarity } from './similarity.ts';

/** Names tried as an added argument. */
const MAX_ADDED = 4;

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
  const used = new Set(given.map((argument) => argument.text));
  const candidates = context
    .scope(node)
    .filter(
      ({ sort, name }) => (sort === 'parameter' || sort === 'local' || sort === 'loop') && !used.has(name),
    )
    .map(({ name }) => ({ name, fit: wanted === undefined ? 0 : nameSimilarity(name, wanted) }))
    .sort((a, b) => b.fit - a.fit)
    .slice(0, MAX_ADDED);
  const head = given.map((argument) => argument.text);
  for (const [rank, { name, fit }] of candidates.entries()) {
    const weight = wanted === undefined ? 0.08 : 0.2 + 0.35 * fit;
    yield replace(node, `(${[...head, name].join(', ')})`, weight / (1 + rank * 0.4), 'adds an argument');
  }
}

/** The callee's parameter at a position: its name, null if it has none there, undefined if the callee is unknown. */
function declaredParameter(callee: Syntax, position: number, context: Context): string | null | undefined {
  const called = callee.kind === 'member' ? callee.parts.at(-1)!.text : callee.text;
  const found = context.nodes.find((node) => node.kind === 'function' && declaredName(node) === called);
  const parameters = found?.at('parameters')?.parts;
  if (!parameters) return undefined;
  const own = parameters[0]?.text === 'self' || parameters[0]?.text === 'cls' ? 1 : 0;
  const parameter = parameters[position + own];
  if (!parameter) return null;
  return (parameter.at('name') ?? parameter.at('left') ?? parameter.parts[0] ?? parameter).text;
}

function declaredName(fn: Syntax): string | undefined {
  return (fn.at('name') ?? (fn.parent?.kind === 'bind' ? fn.parent.at('name') : null))?.text;
}
