import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Kind } from '../kinds.ts';
import { isBinding } from '../names.ts';
import type { Syntax } from '../syntax.ts';
import { nameSimilarity } from './similarity.ts';

/** Other expressions tried in place of one. */
const MAX_EXPRESSIONS = 6;
/** Variables tried in place of one. */
const MAX_NAMES = 8;
/** Statements tried for insertion at one place. */
const MAX_STATEMENTS = 4;
/** Longer expressions rarely fit anywhere else. */
const MAX_CHARACTERS = 60;

const REPLACEABLE: ReadonlySet<Kind> = new Set<Kind>(['call', 'member', 'index', 'arithmetic', 'compare']);

/** As far away as an expression of another file counts, in lines. */
const OTHER_FILE = 40;

/**
 * An expression that stands elsewhere in the file or in another one, or a statement of the file.
 * Why: the redundancy assumption: most fixes are made of fragments that the program has already, mostly in the
 * same file (Martinez, Weimer & Monperrus 2014; Barr et al. 2014, "the plastic surgery hypothesis").
 */
export const ingredient: Family = {
  name: 'ingredient',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind && REPLACEABLE.has(node.kind)) yield* expressions(node, context);
    if (node.kind === 'name' && !isBinding(node) && node.field !== 'function')
      yield* expressions(node, context);
    if (node.kind === 'expression' && node.parent?.kind === 'block') yield* statements(node, context);
  },
};

function* expressions(node: Syntax, context: Context): Generator<Proposal> {
  if (node.field === 'function' || node.parent?.kind === 'member') return;
  // What is set can be another element, not another value.
  const set = node.field === 'left' && (node.parent?.kind === 'assign' || node.parent?.kind === 'augment');
  if (set && node.kind !== 'index') return;
  if (node.kind !== 'name' && !set) yield* names(node, context);
  const options = new Map<string, number>();
  const visible = new Set(context.scope(node).map(({ name }) => name));
  const add = (other: Syntax, distance: number) => {
    const fits =
      node.kind === 'name' ? other.kind === 'call' || other.kind === 'index' : other.kind === node.kind;
    if (!fits || other.text === node.text || other.end - other.start > MAX_CHARACTERS) return;
    if (other.field === 'left' && other.kind !== 'index') return;
    if (options.has(other.text) || !usable(other, visible)) return;
    const alike = nameSimilarity(other.text, node.text);
    options.set(other.text, alike * 0.6 + 0.4 / (1 + distance / 8));
  };
  for (const other of context.nodes) {
    if (other.start <= node.start && other.end >= node.end) continue;
    add(other, Math.abs(other.line - node.line));
  }
  for (const other of context.elsewhere) {
    if (callsKnown(other, visible, context)) add(other, OTHER_FILE);
  }
  const best = [...options].sort((a, b) => b[1] - a[1]).slice(0, MAX_EXPRESSIONS);
  for (const [rank, [text, fit]] of best.entries()) {
    yield replace(node, text, ((node.kind === 'name' ? 0.12 : 0.3) * fit) / (1 + rank * 0.2));
  }
}

/** A variable in place of what was worked out again, or of the wrong thing. */
function* names(node: Syntax, context: Context): Generator<Proposal> {
  if (node.kind === 'compare') return;
  const own = new Set([...node.walk()].filter(({ kind }) => kind === 'name').map(({ text }) => text));
  const options = context
    .scope(node)
    .filter(
      ({ sort, name }) => (sort === 'parameter' || sort === 'local' || sort === 'loop') && !own.has(name),
    )
    .map(({ name }) => name)
    .sort((a, b) => context.mentions.distance(a, node) - context.mentions.distance(b, node))
    .slice(0, MAX_NAMES);
  for (const [rank, text] of options.entries()) yield replace(node, text, 0.14 / (1 + rank * 0.25));
}

/** Statements of the same function or file, before this one; `a`'s handling copied for `b`. */
function* statements(node: Syntax, context: Context): Generator<Proposal> {
  const visible = new Set(context.scope(node).map(({ name }) => name));
  const indent = context.indentOf(node);
  const around = new Set(node.parent!.parts.map((part) => part.text));
  const options = context.nodes
    .filter(
      (other) =>
        other.kind === 'expression' &&
        other.line === other.endLine &&
        other.text.length <= MAX_CHARACTERS &&
        !around.has(other.text) &&
        other.parts[0]?.kind !== 'string' &&
        other.within('function') !== null &&
        usable(other, visible),
    )
    .sort((a, b) => Math.abs(a.line - node.line) - Math.abs(b.line - node.line));
  const texts = [...new Set(options.map((other) => other.text))].slice(0, MAX_STATEMENTS);
  for (const [rank, text] of texts.entries()) {
    const note = `adds \`${text}\``;
    const weight = 0.12 / (1 + rank * 0.3);
    yield { start: node.start, end: node.start, text: `${text}\n${indent}`, weight, note };
    yield { start: node.end, end: node.end, text: `\n${indent}${text}`, weight, note };
  }
}

function usable(node: Syntax, visible: ReadonlySet<string>): boolean {
  for (const part of node.walk()) {
    if (part.kind === 'name' && !visible.has(part.text) && !isGlobal(part)) return false;
  }
  return true;
}

/** A function of another file is not at hand here unless it is imported. */
function callsKnown(node: Syntax, visible: ReadonlySet<string>, { builtins }: Context): boolean {
  for (const part of node.walk()) {
    if (part.kind !== 'name' || part.field !== 'function' || visible.has(part.text)) continue;
    if (!builtins.some(({ name }) => name === part.text)) return false;
  }
  return true;
}

/** Called or capitalised names nobody declares are the language's own. */
function isGlobal(node: Syntax): boolean {
  return (
    /^[A-Z]/.test(node.text) || node.field === 'function' || node.text === 'self' || node.text === 'this'
  );
}
