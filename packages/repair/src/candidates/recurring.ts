import { type Context, indentOf } from '../context.ts';
import type { Family, Proposal } from '../family.ts';
import { isBinding } from '../names.ts';
import type { Syntax } from '../syntax.ts';
import { isStatement } from './guard.ts';

/** Places where the same statement stands, looked at for what stands beside it. */
const MAX_TWINS = 6;
/** Longer statements are seldom the same by meaning. */
const MAX_CHARACTERS = 120;

/**
 * A statement or an `else` that stands beside the same code elsewhere, and not here.
 * Why: "recurring fixes": code that was copied needs the same lines (Nguyen et al. 2010); a copy that lacks one of
 * them is what CP-Miner (Li et al. 2006) finds, and "context" is how ssFix and SimFix rank what they reuse.
 */
export const recurring: Family = {
  name: 'recurring',
  manner: 'mend',
  *propose(node, context) {
    yield* otherwise(node, context);
    if (!isStatement(node) || !context.ownsLines(node) || node.end - node.start > MAX_CHARACTERS) return;
    const around = new Set(node.parent!.parts.map(({ text }) => text));
    const indent = context.indentOf(node);
    for (const [rank, twin] of context.twinsOf(node).slice(0, MAX_TWINS).entries()) {
      const weight = 0.5 / (1 + rank * 0.3);
      const siblings = twin.statement.parent!.parts;
      const at = siblings.indexOf(twin.statement);
      const [before, after] = [siblings[at - 1], siblings[at + 1]];
      if (fits(before, around, node, context))
        yield insertion(node.start, `${before.text}\n${indent}`, weight, before);
      if (fits(after, around, node, context))
        yield insertion(node.end, `\n${indent}${after.text}`, weight, after);
    }
  },
};

function insertion(at: number, text: string, weight: number, { text: added }: Syntax): Proposal {
  return { start: at, end: at, text, weight, note: `adds \`${added}\`, which stands beside it elsewhere` };
}

function fits(
  other: Syntax | undefined,
  around: ReadonlySet<string>,
  at: Syntax,
  context: Context,
): other is Syntax {
  if (other === undefined || other.end - other.start > MAX_CHARACTERS || other.text.includes('\n'))
    return false;
  if (other.kind === 'comment' || other.kind === 'import' || around.has(other.text)) return false;
  return isKnown(other, at, context);
}

/** Whether all it reads can be read at a place. */
export function isKnown(code: Syntax, at: Syntax, context: Context): boolean {
  const visible = new Set(context.scope(at).map(({ name }) => name));
  return [...code.walk()].every(
    (part) =>
      part.kind !== 'name' ||
      isBinding(part) ||
      (part.parent?.kind === 'assign' && part.field === 'left') ||
      visible.has(part.text) ||
      context.known.has(part.text) ||
      // What is imported inside a function is not in scope's list.
      part.field === 'function' ||
      /^(?:self|this|cls)$/.test(part.text),
  );
}

/** The `else` that a branch has elsewhere which does the same. */
function* otherwise(node: Syntax, context: Context): Generator<Proposal> {
  const branch = branchOf(node);
  if (!branch || elseOf(branch.whole)) return;
  const to = context.indentOf(branch.whole);
  for (const [rank, twin] of context.twinsOf(branch.last).slice(0, MAX_TWINS).entries()) {
    const other = twin.statement.parent?.parent && branchOf(twin.statement.parent.parent);
    const clause = other?.last === twin.statement ? elseOf(other.whole) : null;
    if (!clause || clause.end - clause.start > 2 * MAX_CHARACTERS) continue;
    if (!isKnown(clause, branch.whole, context)) continue;
    const text = clause.text.replaceAll(`\n${indentOf(twin.lines, other!.whole)}`, `\n${to}`);
    const at = branch.whole.end;
    yield {
      start: at,
      end: at,
      text: context.source.language === 'python' ? `\n${to}${text}` : ` ${text}`,
      weight: 0.5 / (1 + rank * 0.3),
      note: `adds \`${clause.text.replaceAll(/\s+/g, ' ')}\`, which stands beside it elsewhere`,
    };
  }
}

/** An `if` or one of its further conditions: the last statement of what it does, and the whole `if`. */
function branchOf(node: Syntax): { readonly whole: Syntax; readonly last: Syntax } | null {
  const whole = node.kind === 'if' ? node : node.kind === 'elif' ? node.parent : null;
  const last = node.children.find(({ kind }) => kind === 'block')?.parts.at(-1);
  return whole?.kind === 'if' && last ? { whole, last } : null;
}

function elseOf(branch: Syntax): Syntax | null {
  return branch.children.find(({ kind }) => kind === 'else') ?? null;
}
