import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import { operand as closed, conditionOf, operation } from '../operation.ts';
import type { Syntax } from '../syntax.ts';

/** Numbers in scope tried beside one. */
const MAX_NUMBERS = 5;

/**
 * A number that lacks an operand: `k` -> `k - n`, `n` -> `n + step`, `x` -> `x ** 2`; a length that is one off.
 * Why: the expression adder of PAR (Kim et al. 2013) and the "operand insertion" of mutation-based repair. What a
 * condition round it compares is what is likeliest subtracted: beyond `k >= n`, it is `k - n` that is left.
 */
export const operand: Family = {
  name: 'operand',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind === 'arithmetic') yield* enclosed(node);
    if (node.kind === 'call' && isLength(node) && !isOffset(node)) {
      yield replace(node, `(${node.text} - 1)`, 0.3);
      yield replace(node, `(${node.text} + 1)`, 0.2);
      return;
    }
    if (node.kind !== 'name' || !takesNumber(node) || !isNumber(node, context)) return;
    const { text } = node;
    // `lo - hi + hi` says nothing.
    const beside = new Set(
      node.parent?.kind === 'arithmetic' ? node.parent.parts.map((part) => part.text) : [],
    );
    for (const other of compared(node)) {
      if (beside.has(other.text)) continue;
      yield replace(node, `${text} - ${closed(other)}`, 0.4);
      yield replace(node, `${text} + ${closed(other)}`, 0.15);
    }
    const power = context.source.language === 'python' ? `${text} ** 2` : `${text} * ${text}`;
    const loose = node.parent?.kind === 'arithmetic';
    yield replace(node, loose ? `(${power})` : power, 0.12);
    const others = context
      .scope(node)
      .filter(
        ({ name, sort }) =>
          name !== text && !beside.has(name) && (sort === 'parameter' || sort === 'local' || sort === 'loop'),
      )
      .filter(({ name }) => looksNumeric(context.usage(name)))
      .sort((a, b) => context.mentions.distance(a.name, node) - context.mentions.distance(b.name, node))
      .slice(0, MAX_NUMBERS);
    for (const [rank, { name }] of others.entries()) {
      const weight = 0.12 / (1 + rank * 0.3);
      for (const sign of ['-', '+']) {
        const sum = `${text} ${sign} ${name}`;
        yield replace(node, loose ? `(${sum})` : sum, weight);
      }
    }
  },
};

const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}', '<': '>' };

/** `'(' + a` -> `'(' + a + ')'`: what is opened is closed, what is quoted is quoted on both sides. */
function* enclosed(node: Syntax): Generator<Proposal> {
  const parts = operation(node);
  if (parts?.operator.text !== '+' || node.parent?.kind === 'arithmetic') return;
  let first = parts.left;
  while (first.kind === 'arithmetic') first = first.parts[0]!;
  const match = first.kind === 'string' ? /^(["'`]|[bru]["'])(.*)(["'`])$/is.exec(first.text) : null;
  const inner = match?.[2]?.trim() ?? '';
  if (!match || inner === '' || inner.length > 2) return;
  const closing = [...inner]
    .map((character) => CLOSING[character] ?? character)
    .reverse()
    .join('');
  yield replace(node, `${node.text} + ${match[1]}${closing}${match[3]}`, 0.3);
}

/** `len(x)`: what counts things is one off more often than other calls. */
function isLength(node: Syntax): boolean {
  return node.at('function')?.text === 'len';
}

function isOffset({ parent }: Syntax): boolean {
  return parent?.kind === 'arithmetic' && /^[+-]$/.test(operation(parent)?.operator.text ?? '');
}

function takesNumber({ parent, field }: Syntax): boolean {
  switch (parent?.kind) {
    case 'arguments':
    case 'arithmetic':
    case 'compare':
    case 'index':
    case 'slice':
    case 'return':
      return true;
    case 'assign':
    case 'augment':
      return field === 'right';
    case 'bind':
      return field === 'value';
    default:
      return false;
  }
}

function isNumber(node: Syntax, context: Context): boolean {
  if (node.parent?.kind === 'index' && node.parent.parts[0] === node) return false;
  return looksNumeric(context.usage(node.text));
}

const NOT_A_NUMBER = /^(?:iterated|indexed|called|constructed|\.)/;

/** By how a name is used: calculated with, an index, or compared, and nothing only objects are used for. */
export function looksNumeric(usage: ReadonlySet<string>): boolean {
  const uses = [...usage];
  if (uses.some((how) => NOT_A_NUMBER.test(how))) return false;
  return uses.some((how) => how === 'calculated' || how === 'index' || how === 'compared');
}

/** What conditions round a node compare its name with. */
function* compared(node: Syntax): Generator<Syntax> {
  for (let at: Syntax | null = node; at && at.kind !== 'function'; at = at.parent) {
    const condition = at === node ? null : conditionOf(at);
    if (condition?.kind !== 'compare' || (node.start >= condition.start && node.end <= condition.end))
      continue;
    const parts = operation(condition);
    if (!parts || !/^[<>]/.test(parts.operator.text)) continue;
    const { left, right } = parts;
    if (left.text === node.text && right.kind !== 'number') yield right;
    if (right.text === node.text && left.kind !== 'number') yield left;
  }
}
