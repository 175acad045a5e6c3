import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import { bare, conditionOf } from '../operation.ts';
import type { Syntax } from '../syntax.ts';

/**
 * Branches swapped, a branch taken alone, `else if` for `if`.
 * Why: changes of the if-branch structure (IF-ABR, IF-RBR: addition and removal of an else branch) in Pan et al.
 * 2009; conditional-expression templates in PAR and TBar.
 */
export const branch: Family = {
  name: 'branch',
  manner: 'mend',
  *propose(node, context) {
    if (node.kind === 'ternary') {
      const [yes, no] = ternaryArms(node, context);
      if (!yes || !no) return;
      yield exchanged(yes, no, context, 0.5);
      yield replace(node, yes.text, 0.1);
      yield replace(node, no.text, 0.1);
      return;
    }
    if (node.kind !== 'if') return;
    const consequence = node.at('consequence');
    const alternative = node.children.find((child) => child.kind === 'else');
    const other = alternative ? (alternative.at('body') ?? alternative.parts[0]) : null;
    if (consequence?.kind === 'block' && other?.kind === 'block')
      yield exchanged(consequence, other, context, 0.3);
    yield* joined(node, context);
    if (context.source.language === 'python') {
      const elif = node.children.find((child) => child.kind === 'elif');
      if (elif)
        yield {
          start: elif.start,
          end: elif.start + 4,
          text: 'if',
          weight: 0.2,
          note: 'no longer an alternative',
        };
    }
  },
};

function ternaryArms(node: Syntax, { source }: Context): [Syntax?, Syntax?] {
  if (source.language === 'python') return [node.parts[0], node.parts[2]];
  return [node.at('consequence') ?? undefined, node.at('alternative') ?? undefined];
}

function exchanged(a: Syntax, b: Syntax, { source }: Context, weight: number): Proposal {
  const between = source.text.slice(a.end, b.start);
  return { start: a.start, end: b.end, text: b.text + between + a.text, weight, note: 'swaps the branches' };
}

/** Two `if`s in a row of which only one was meant to run. */
function* joined(node: Syntax, { source }: Context): Generator<Proposal> {
  const siblings = node.parent?.parts ?? [];
  const before = siblings[siblings.indexOf(node) - 1];
  if (before?.kind !== 'if' || before.children.some((child) => child.kind === 'else')) return;
  if (source.language === 'python') {
    yield {
      start: node.start,
      end: node.start + 2,
      text: 'elif',
      weight: 0.3,
      note: 'an alternative of the `if` above',
    };
    return;
  }
  yield {
    start: before.end,
    end: node.start,
    text: ' else ',
    weight: 0.3,
    note: 'an alternative of the `if` above',
  };
}

/** The whole `if` reduced to one of its branches. */
export const branchTaken: Family = {
  name: 'branch-taken',
  manner: 'silence',
  *propose(node, context) {
    if (node.kind !== 'if' || !context.ownsLines(node)) return;
    const body = node.at('consequence');
    if (!conditionOf(node) || body?.kind !== 'block') return;
    const inner = body.parts.map((part) => bare(part).text);
    if (inner.length === 0 || inner.some((text) => text.includes('\n'))) return;
    yield replace(node, inner.join(`\n${context.indentOf(node)}`), 0.15, 'without the condition');
  },
};
