import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';

/** Names a guard is tried on, per statement. */
const MAX_GUARDED = 4;

/**
 * Guards: a statement under a condition, an early return before it, `?.`, a default in a lookup.
 * Why: adding a precondition check (IF-APC, IF-APCJ) is among the five commonest patterns of Pan et al. 2009;
 * null checks are PAR's best-known template and TBar's most productive one.
 */
export const guard: Family = {
  name: 'guard',
  manner: 'mend',
  *propose(node, context) {
    yield* chained(node, context);
    if (isStatement(node) && context.ownsLines(node)) yield* guarded(node, context);
    if (node.kind === 'function') yield* earlyReturns(node, context);
  },
};

export function isStatement(node: Syntax): boolean {
  const at = node.parent?.kind;
  return node.named && node.kind !== 'comment' && (at === 'block' || at === 'root' || at === 'case');
}

/** `a.b` -> `a?.b`; Python: `d[k]` -> `d.get(k)`. */
function* chained(node: Syntax, { source }: Context): Generator<Proposal> {
  if (source.language === 'python') {
    if (node.kind !== 'index' || node.field === 'left' || node.parts.length !== 2) return;
    const [object, key] = [node.parts[0]!, node.parts[1]!];
    if (key.kind === 'slice' || key.kind === 'negative') return;
    yield replace(node, `${object.text}.get(${key.text})`, 0.2);
    yield replace(node, `${object.text}.get(${key.text}, 0)`, 0.12);
    yield replace(node, `${object.text}.get(${key.text}, [])`, 0.06);
    return;
  }
  if ((node.kind !== 'member' && node.kind !== 'index') || node.field === 'left') return;
  const object = node.parts[0]!;
  if (object.text === 'this' || object.text === 'super' || /^[A-Z]/.test(object.text)) return;
  const dot = node.children.find((child) => !child.named && child.text === '.');
  if (dot) yield { start: dot.start, end: dot.end, text: '?.', weight: 0.2 };
  else if (node.kind === 'index' && !node.text.slice(object.text.length).startsWith('?.')) {
    yield { start: object.end, end: object.end, text: '?.', weight: 0.12, note: `guards ${object.text}` };
  }
}

function* guarded(node: Syntax, context: Context): Generator<Proposal> {
  const { say } = context.table;
  const simple = node.kind === 'expression' || node.kind === 'augment' || node.kind === 'assign';
  const jumps =
    node.kind === 'return' || node.kind === 'throw' || node.kind === 'continue' || node.kind === 'break';
  if (!simple && !jumps) return;
  const indent = context.indentOf(node);
  for (const name of namesUsed(node, context)) {
    for (const [test, weight] of [
      [name, 0.1],
      [say.isSomething(name), 0.12],
      [say.not(name), jumps ? 0.1 : 0.04],
    ] as const) {
      yield replace(
        node,
        say.guard(test, reindented(node, context), indent, context.step),
        weight,
        `only if ${test}`,
      );
    }
  }
}

/** A first statement that returns for nothing or for an empty collection. */
function* earlyReturns(node: Syntax, context: Context): Generator<Proposal> {
  const body = node.at('body');
  const first = body?.parts[0];
  if (body?.kind !== 'block' || !first || !context.ownsLines(first)) return;
  const { say } = context.table;
  const indent = context.indentOf(first);
  const results = [...new Set([...returned(node), say.nothing, '[]', '0', say.false, "''"])].slice(0, 6);
  const parameters = context
    .scope(first)
    .filter(({ sort, at }) => sort === 'parameter' && at > node.start && at < first.start)
    .slice(0, MAX_GUARDED);
  for (const { name } of parameters) {
    if (name === 'self' || name === 'cls') continue;
    for (const [rank, result] of results.entries()) {
      for (const test of [say.isEmpty(name), say.isNothing(name)]) {
        const statement = say.statement(`return ${result}`);
        const text = `${say.guard(test, statement, indent, context.step)}\n${indent}`;
        const weight = (test === say.isNothing(name) ? 0.12 : 0.16) / (1 + rank * 0.4);
        yield { start: first.start, end: first.start, text, weight, note: `returns ${result} if ${test}` };
      }
    }
  }
}

/** Short values the function returns elsewhere; and parameters, which are what a base case often gives back. */
function* returned(fn: Syntax): Generator<string> {
  for (const node of fn.walk()) {
    const value = node.kind === 'return' ? node.parts[0] : undefined;
    if (value && value.text.length <= 12 && !value.text.includes('\n')) yield value.text;
  }
}

function namesUsed(node: Syntax, context: Context): string[] {
  const visible = new Map(context.scope(node).map(({ name, sort }) => [name, sort]));
  const used = new Set<string>();
  for (const part of node.walk()) {
    const sort = part.kind === 'name' ? visible.get(part.text) : undefined;
    if (sort === 'parameter' || sort === 'local' || sort === 'loop') used.add(part.text);
  }
  return [...used].slice(0, MAX_GUARDED);
}

function reindented(node: Syntax, { source, step }: Context): string {
  const text = source.text.slice(node.start, node.end);
  return text.replaceAll('\n', `\n${step}`);
}
