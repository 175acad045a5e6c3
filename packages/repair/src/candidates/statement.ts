import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { isStatement } from './guard.ts';

/** Longer statements are whole algorithms: moving them is not a slip. */
const MAX_LINES = 6;

const LOOPS = ['for', 'for-each', 'while'] as const;

/**
 * A statement exchanged with the next, moved out of or into the block before it, or moved to the other end.
 * Why: GenProg's swap and move (Le Goues et al. 2012), TBar's "move statement"; sequence patterns in Pan et al.
 * 2009. Where indentation is syntax, a statement one step too deep or too shallow is a slip of its own.
 */
export const statement: Family = {
  name: 'statement',
  manner: 'mend',
  *propose(node, context) {
    if (!isStatement(node) || !context.ownsLines(node) || node.endLine - node.line > MAX_LINES) return;
    const siblings = node.parent!.parts;
    const at = siblings.indexOf(node);
    const next = siblings[at + 1];
    if (
      next &&
      context.ownsLines(next) &&
      next.endLine - next.line <= MAX_LINES &&
      movable(node) &&
      movable(next)
    ) {
      const between = context.source.text.slice(node.end, next.start);
      const text = next.text + between + node.text;
      yield { start: node.start, end: next.end, text, weight: 0.3, note: 'swaps two statements' };
    }
    yield* movedOut(node, siblings, context);
    yield* movedIn(node, siblings[at - 1], context);
  },
};

/** A statement taken away. Passes many weak tests without mending anything. */
export const deletion: Family = {
  name: 'deletion',
  manner: 'silence',
  *propose(node, context) {
    if (!isStatement(node) || !context.ownsLines(node) || node.endLine - node.line > MAX_LINES) return;
    if (node.kind === 'import' || node.kind === 'function' || node.kind === 'class') return;
    const alone = node.parent!.parts.length === 1;
    const { idle } = context.table.say;
    yield replace(
      node,
      alone && idle !== null ? idle : '',
      node.kind === 'return' ? 0.1 : 0.25,
      'deletes a statement',
    );
  },
};

/** A statement said twice: needed for counters and for things consumed in pairs. */
export const repetition: Family = {
  name: 'repetition',
  manner: 'mend',
  *propose(node, context) {
    if (!isStatement(node) || node.kind !== 'expression' || node.line !== node.endLine) return;
    const text = `\n${context.indentOf(node)}${node.text}`;
    yield { start: node.end, end: node.end, text, weight: 0.05, note: 'says it twice' };
  },
};

function movable(node: Syntax): boolean {
  return node.kind !== 'return' && node.kind !== 'break' && node.kind !== 'continue' && node.kind !== 'throw';
}

/** The last statement of a block goes behind the block, the first one before it. */
function* movedOut(node: Syntax, siblings: readonly Syntax[], context: Context): Generator<Proposal> {
  const owner = owningStatement(node);
  if (!owner || siblings.length < 2 || !context.ownsLines(owner)) return;
  const { text } = context.source;
  const outer = context.indentOf(owner);
  const inLoop = owner.kind && (LOOPS as readonly string[]).includes(owner.kind);
  const dedented = shift(node.text, context.indentOf(node), outer);
  if (siblings.at(-1) === node) {
    const head = text.slice(owner.start, node.start).trimEnd();
    const tail = text.slice(node.end, owner.end);
    const note = 'moves it out of the block';
    yield replace(owner, `${head}${tail}\n${outer}${dedented}`, inLoop ? 0.35 : 0.2, note);
  }
  if (siblings[0] === node) {
    const head = text.slice(owner.start, node.start);
    const tail = text.slice(node.end, owner.end).replace(/^\s*?\n\s*/, '');
    yield replace(
      owner,
      `${dedented}\n${outer}${head}${tail}`,
      inLoop ? 0.25 : 0.1,
      'moves it before the block',
    );
  }
}

/** A statement right behind a loop or a branch goes into it. */
function* movedIn(node: Syntax, before: Syntax | undefined, context: Context): Generator<Proposal> {
  if (!before?.kind || !['if', 'for', 'for-each', 'while'].includes(before.kind)) return;
  const block = before.children.findLast((child) => child.kind === 'block' || child.kind === 'else');
  const body = block?.kind === 'else' ? block.children.find((child) => child.kind === 'block') : block;
  const last = body?.parts.at(-1);
  if (!last || !context.ownsLines(last) || body!.kind !== 'block') return;
  const inner = context.indentOf(last);
  const moved = shift(node.text, context.indentOf(node), inner);
  const { text } = context.source;
  const closing = text.slice(last.end, before.end);
  yield {
    start: last.end,
    end: node.end,
    text: `\n${inner}${moved}${closing}`,
    weight: before.kind === 'if' ? 0.15 : 0.3,
    note: 'moves it into the block above',
  };
}

function owningStatement(node: Syntax): Syntax | null {
  if (node.parent?.kind !== 'block') return null;
  const owner = node.parent.parent;
  return owner?.kind && ['if', 'for', 'for-each', 'while'].includes(owner.kind) ? owner : null;
}

function shift(text: string, from: string, to: string): string {
  return text.replaceAll(`\n${from}`, `\n${to}`);
}
