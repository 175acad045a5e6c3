import type { Context } from '../context.ts';
import { type Family, type Proposal, replace } from '../family.ts';
import type { Syntax } from '../syntax.ts';
import { isStatement } from './guard.ts';

/**
 * A forgotten or superfluous `await`, `return`, `break`, `continue`, `yield`; another jump than meant.
 * Why: "missing return" and "wrong jump" are statement templates of TBar (mutate return, insert statement) and
 * of GenProg's statement insertion (Le Goues et al. 2012); a forgotten `await` is the commonest concurrency slip
 * found in JavaScript projects (Wang et al. 2017).
 */
export const missing: Family = {
  name: 'missing-keyword',
  manner: 'mend',
  *propose(node, context) {
    const { say } = context.table;
    switch (node.kind) {
      case 'call':
        if (node.parent?.kind !== 'await' && inAsync(node))
          yield replace(node, `await ${node.text}`, awaitWeight(node, context));
        return;
      case 'await':
        yield replace(node, node.parts[0]!.text, 0.2);
        return;
      case 'expression':
        if (isStatement(node)) yield* results(node, context);
        return;
      case 'return': {
        const value = node.parts[0];
        if (!value) return;
        yield replace(node, say.statement(value.text), 0.1, 'does not return');
        if (node.within('for-each', 'for', 'while'))
          yield replace(node, say.statement(`yield ${value.text}`), 0.05);
        return;
      }
      case 'yield': {
        const value = node.parts[0];
        if (!value) return;
        const from = context.source.language === 'python' ? 'yield from' : 'yield*';
        const plain = !node.text.startsWith(from);
        yield replace(node, `${plain ? from : 'yield'} ${value.text}`, 0.5);
        return;
      }
      case 'break':
        yield replace(node, say.statement('continue'), 0.5);
        yield replace(node, say.statement('return'), 0.15);
        return;
      case 'continue':
        yield replace(node, say.statement('break'), 0.5);
        return;
      case 'case':
        yield* fallsThrough(node, context);
        return;
      default:
    }
  },
};

/** A value nobody gets: a statement that cannot do anything. */
function isEffectless({ kind }: Syntax): boolean {
  switch (kind) {
    case 'name':
    case 'number':
    case 'list':
    case 'map':
    case 'tuple':
    case 'compare':
    case 'logic':
    case 'arithmetic':
    case 'member':
    case 'index':
    case 'not':
    case 'negative':
    case 'comprehension':
    case 'ternary':
    case 'new':
      return true;
    default:
      return false;
  }
}

/** A call of what the file declares `async` is the likely one; a method of a collection is no promise. */
function awaitWeight(node: Syntax, { nodes, table }: Context): number {
  const callee = node.at('function');
  const name = callee?.kind === 'member' ? callee.parts.at(-1)!.text : callee?.text;
  if (name === undefined || table.siblings.some((group) => group.includes(name))) return 0.04;
  const declared = nodes.find((other) => other.kind === 'function' && other.at('name')?.text === name);
  if (!declared) return 0.4;
  return isAsync(declared) ? 0.8 : 0.05;
}

function isAsync(fn: Syntax): boolean {
  return fn.children.some((child) => !child.named && child.text === 'async');
}

function inAsync(node: Syntax): boolean {
  const fn = node.within('function');
  return fn !== null && isAsync(fn);
}

function* results(node: Syntax, context: Context): Generator<Proposal> {
  const { say } = context.table;
  const last = node.parent!.parts.at(-1) === node;
  const value = node.parts[0];
  if (!value || !node.within('function')) return;
  if (value.kind === 'call' || value.kind === 'await') {
    yield replace(node, say.statement(`return ${value.text}`), last ? 0.5 : 0.25);
    const awaited = value.kind === 'call' && inAsync(node);
    if (awaited) yield replace(node, say.statement(`return await ${value.text}`), 0.2);
  }
  if (isEffectless(value)) {
    const all = node.text.replace(/;$/, '');
    yield replace(node, say.statement(`return ${all}`), value.kind === 'new' ? 0.5 : 0.8);
  }
  const target = value.kind === 'assign' || value.kind === 'augment' ? value.parts[0] : null;
  const indent = context.indentOf(node);
  const after = (text: string, weight: number, note: string): Proposal => ({
    start: node.end,
    end: node.end,
    text: `\n${indent}${say.statement(text)}`,
    weight,
    note,
  });
  if (target?.kind === 'name' && last) yield after(`return ${target.text}`, 0.15, 'returns it');
  if (last && node.within('for-each', 'for', 'while')) {
    yield after('break', 0.15, 'leaves the loop');
    yield after('continue', 0.05, 'goes on with the next');
  }
}

/** A `switch` branch that runs into the next one. */
function* fallsThrough(node: Syntax, context: Context): Generator<Proposal> {
  const last = node.parts.at(-1);
  if (!last || last.field === 'value' || node.parts.length < 2) return;
  if (last.kind === 'break' || last.kind === 'return' || last.kind === 'throw' || last.kind === 'continue')
    return;
  const text = `\n${context.indentOf(last)}${context.table.say.statement('break')}`;
  yield { start: last.end, end: last.end, text, weight: 0.6, note: 'ends the case' };
}
