import type { Context } from '../context.ts';

/** Numbers of the file worth a try. */
const MAX_NUMBERS = 6;

/** The values that stand for "nothing said" in most code, then numbers the file uses; with weights of at most 1. */
export function* valuesOf({ table: { say }, nodes }: Context): Generator<readonly [string, number]> {
  yield [say.nothing, 0.8];
  yield [say.false, 0.6];
  yield ["''", 0.5];
  yield ['0', 0.5];
  yield [say.true, 0.5];
  yield ['1', 0.4];
  yield ['[]', 0.25];
  yield ['{}', 0.15];
  const counts = new Map<string, number>();
  for (const { kind, text } of nodes) if (kind === 'number') counts.set(text, (counts.get(text) ?? 0) + 1);
  const common = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const known = new Set(['0', '1']);
  for (const [text] of common.filter(([text]) => !known.has(text)).slice(0, MAX_NUMBERS)) yield [text, 0.2];
}
