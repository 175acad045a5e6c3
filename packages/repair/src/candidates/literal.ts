import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';

/** Strings of the same file worth trying in place of another. */
const MAX_STRINGS = 6;

/**
 * Another literal: a number near it or seen in the file, the other boolean, another string, an empty collection
 * of the other sort.
 * Why: "change numeric literal" and "change boolean literal" are two of ManySStuBs4J's templates; wrong initial
 * values are AS-CE in Pan et al. 2009; strings are taken from the file by the redundancy assumption (Martinez,
 * Weimer & Monperrus 2014: the tokens of a fix mostly occur in the same file already).
 */
export const literal: Family = {
  name: 'literal',
  manner: 'mend',
  *propose(node, context) {
    const { say } = context.table;
    switch (node.kind) {
      case 'true':
        yield replace(node, say.false, 0.7 * flip(node));
        return;
      case 'false':
        yield replace(node, say.true, 0.7 * flip(node));
        return;
      case 'number':
        yield* numbers(node, context);
        return;
      case 'string':
        yield* strings(node, context);
        return;
      case 'null':
        yield* others(node, context, [
          ['0', 0.3],
          ['[]', 0.25],
          [context.source.language === 'python' ? '{}' : '({})', 0.15],
          ["''", 0.25],
          [say.false, 0.3],
          [say.true, 0.15],
        ]);
        return;
      case 'list':
        if (node.parts.length === 0) {
          yield* others(node, context, [
            [say.nothing, 0.2],
            ['[[]]', 0.3],
            ['{}', 0.2],
            ['[0]', 0.1],
          ]);
        } else if (node.parts.length === 1) {
          yield replace(node, node.parts[0]!.text, 0.25);
          yield replace(node, '[]', 0.1);
        }
        return;
      case 'map':
        if (node.parts.length === 0)
          yield* others(node, context, [
            [say.nothing, 0.15],
            ['[]', 0.2],
          ]);
        return;
      default:
    }
  },
};

/** A function that would answer the same whatever it is asked is not what anybody meant. */
const SAME_ANSWER = 0.15;

/** How likely a boolean is the wrong one of the two: less so where all the function returns would become the same. */
function flip(node: Syntax): number {
  const fn = node.parent?.kind === 'return' ? node.within('function') : null;
  if (!fn) return 1;
  const returns = [...fn.walk()].filter((other) => other.kind === 'return' && other !== node.parent);
  const opposite = node.kind === 'true' ? 'false' : 'true';
  return returns.length > 0 && returns.every((other) => other.parts[0]?.kind === opposite) ? SAME_ANSWER : 1;
}

function* others(
  node: Syntax,
  _: Context,
  list: readonly (readonly [string, number])[],
): Generator<Proposal> {
  // A bare expression statement or a directive is no value.
  if (node.parent?.kind === 'expression') return;
  for (const [text, weight] of list) yield replace(node, text, weight);
}

function* numbers(node: Syntax, context: Context): Generator<Proposal> {
  const value = Number(node.text.replaceAll('_', ''));
  if (!Number.isFinite(value)) return;
  const tried = new Set([node.text]);
  const options: [string, number][] = [];
  const add = (text: string, weight: number) => {
    if (tried.has(text)) return;
    tried.add(text);
    options.push([text, weight]);
  };
  if (Number.isInteger(value)) {
    add(String(value + 1), 0.6);
    add(value === 0 ? '-1' : String(value - 1), 0.6);
    add('0', 0.35);
    add('1', 0.35);
    if (value > 1) add(String(value * 10), 0.12);
    if (value >= 10 && value % 10 === 0) add(String(value / 10), 0.15);
    if (value > 0) add(String(-value), 0.15);
    add('2', 0.12);
  } else {
    add('0', 0.15);
    add('1', 0.2);
  }
  for (const seen of seenNearby(node, 'number', context).slice(0, MAX_STRINGS)) add(seen, 0.2);
  for (const [text, weight] of options) yield replace(node, text, weight);
}

function* strings(node: Syntax, context: Context): Generator<Proposal> {
  const parent = node.parent;
  // A directive, a docstring or a module's name is no value.
  if (parent?.kind === 'expression' || parent?.kind === 'import' || parent?.type === 'export_statement')
    return;
  const quote = /["'`]/.exec(node.text)?.[0] ?? "'";
  const empty = quote + quote;
  if (node.text !== empty) yield replace(node, empty, 0.3);
  else yield replace(node, `${quote} ${quote}`, 0.35);
  if (node.text === `${quote} ${quote}`) yield replace(node, empty, 0.2);
  const similar = seenNearby(node, 'string', context).slice(0, MAX_STRINGS);
  for (const [rank, text] of similar.entries()) {
    if (text !== node.text && text !== empty) yield replace(node, text, 0.4 / (1 + rank * 0.5));
  }
  const inner = node.text.slice(1, -1);
  for (const word of context.clues.words) {
    if (isSlip(inner, word))
      yield replace(node, quote + word + quote, 0.6, `what the failure names (\`${word}\`)`);
  }
  if (node.text.startsWith(quote) && inner !== '') {
    const closed = balanced(inner);
    if (closed !== null) yield replace(node, quote + closed + quote, 0.35);
    if (inner !== inner.trim()) yield replace(node, quote + inner.trim() + quote, 0.25);
    if (inner.length <= 3 && inner === inner.trim()) {
      yield replace(node, `${quote}${inner} ${quote}`, 0.2);
      yield replace(node, `${quote} ${inner}${quote}`, 0.1);
    }
    if (inner.length > 1) {
      yield replace(node, quote + inner.slice(0, -1) + quote, 0.1);
      yield replace(node, quote + inner.slice(1) + quote, 0.1);
    }
    const other = inner === inner.toLowerCase() ? inner.toUpperCase() : inner.toLowerCase();
    if (other !== inner) yield replace(node, quote + other + quote, 0.12);
  }
}

/** Whether two texts differ by one or two letters left out, put in or mistaken in one place. */
function isSlip(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 2 || Math.min(a.length, b.length) < 2) return false;
  if (/["'`\\]/.test(b)) return false;
  let head = 0;
  while (head < a.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return Math.max(a.length, b.length) - head - tail <= 2;
}

const PAIRS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** A text with the bracket it lacks at its end; null where they come in pairs. */
function balanced(text: string): string | null {
  for (const [open, close] of Object.entries(PAIRS)) {
    if (text.split(open).length === text.split(close).length + 1) return text + close;
  }
  return null;
}

/** Texts of the same kind of literal in the file, nearest first, each once. */
function seenNearby(node: Syntax, kind: 'string' | 'number', { nodes }: Context): string[] {
  const same = nodes.filter(
    (other) =>
      other.kind === kind &&
      other.text !== node.text &&
      other.parent?.kind !== 'import' &&
      other.text.length < 80,
  );
  same.sort((a, b) => Math.abs(a.start - node.start) - Math.abs(b.start - node.start));
  return [...new Set(same.map((other) => other.text))];
}
