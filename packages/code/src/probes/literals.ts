import type { Language } from '../syntax/languages.ts';
import { parse, type SyntaxNode } from '../syntax/parse.ts';
import { namedNodes } from '../syntax/walk.ts';
import type { Value } from './kind.ts';

/** Calls taken from one text: the first say enough. */
const MAX_CALLS = 40;

/** The arguments of a function's calls in a text, of those that are all written down as values. */
export async function literalCalls(language: Language, text: string, name: string): Promise<Value[][]> {
  using tree = await parse(language, text);
  const calls: Value[][] = [];
  for (const node of namedNodes(tree.root)) {
    if (calls.length >= MAX_CALLS) break;
    if (node.type !== 'call' && node.type !== 'call_expression') continue;
    const called = node.childForFieldName('function')?.text ?? '';
    const list = node.childForFieldName('arguments');
    if (list === null || called.slice(called.lastIndexOf('.') + 1) !== name) continue;
    const values = literalsIn(list.namedChildren.filter((child) => child !== null));
    if (values !== null) calls.push(values);
  }
  return calls;
}

/** The values of nodes; null if one is more than a value. */
export function literalsIn(nodes: readonly SyntaxNode[]): Value[] | null {
  const values: Value[] = [];
  for (const node of nodes) {
    if (node.type === 'comment') continue;
    const value = literalOf(node);
    if (value === undefined) return null;
    values.push(value);
  }
  return values;
}

function literalOf(node: SyntaxNode): Value | undefined {
  switch (node.type) {
    case 'true':
    case 'false':
      return node.type === 'true';
    case 'none':
    case 'null':
      return null;
    case 'integer':
    case 'float':
    case 'number':
    case 'unary_operator':
    case 'unary_expression':
      return numberOf(node.text);
    case 'string':
      return stringOf(node.text);
    case 'list':
    case 'array':
      return literalsIn(node.namedChildren.filter((child) => child !== null)) ?? undefined;
    case 'tuple': {
      const tuple = literalsIn(node.namedChildren.filter((child) => child !== null));
      return tuple === null ? undefined : { tuple };
    }
    default:
      return undefined;
  }
}

function numberOf(text: string): Value | undefined {
  if (!/^[-+]?\s*(?:\d[\d_]*\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text)) return undefined;
  const number = Number(text.replaceAll(/[_\s]/g, ''));
  if (/[.e]/i.test(text)) return { float: number };
  return Number.isSafeInteger(number) ? number : undefined;
}

/** Strings without marks before them and without escapes but the usual ones. */
function stringOf(text: string): string | undefined {
  const inner = /^(["'])((?:[^\\\n]|\\[\\"'nt])*)\1$/.exec(text)?.[2];
  if (inner === undefined || text.startsWith('"""') || text.startsWith("'''")) return undefined;
  return inner.replaceAll(/\\(.)/g, (_, escaped: string) =>
    escaped === 'n' ? '\n' : escaped === 't' ? '\t' : escaped,
  );
}
