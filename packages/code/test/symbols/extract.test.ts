import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { symbolsOf } from '../../src/symbols/extract.ts';
import type { CodeSymbol } from '../../src/symbols/symbol.ts';
import { SYMBOL_TABLES } from '../../src/symbols/tables.ts';
import type { Language } from '../../src/syntax/languages.ts';

const fixture = (name: string) =>
  readFileSync(join(import.meta.dirname, `../fixtures/symbols/${name}.txt`), 'utf8');

/** `method Cart.add 10 (10-13)`: kind, name with container, line of the name, range where it is more than that. */
function shown({ kind, container, name, line, from, to }: CodeSymbol): string {
  const range = from === line && to === line ? '' : ` (${from}-${to})`;
  return `${kind} ${container === '' ? '' : `${container}.`}${name} ${line}${range}`;
}

describe('symbols', () => {
  it.each(Object.keys(SYMBOL_TABLES) as Language[])(
    'of %s: exactly those of the fixture',
    async (language) => {
      const { symbols } = await symbolsOf(language, fixture(language));
      expect(symbols.map(shown)).toEqual(fixture(`${language}.expected`).trimEnd().split('\n'));
    },
  );

  it.each([
    ['typescript', { Shape: [8, 13], Id: [8, 11, 13, 20, 31], edge: [15, 21] }],
    ['python', { inner: [19], Cart: [25, 26], items: [12, 13, 13, 19] }],
    ['go', { Cart: [20, 25, 25, 27], Println: [28] }],
    ['ruby', { 'empty?': [24], LIMIT: [18] }],
    ['cpp', { total: [22], Cart: [9, 12, 21, 28] }],
    ['bash', { greet: [7], main: [9] }],
  ] as [Language, Record<string, number[]>][])(
    'of %s: uses by name, definitions left out',
    async (language, expected) => {
      const { uses } = await symbolsOf(language, fixture(language));
      expect(Object.fromEntries([...uses].filter(([name]) => name in expected))).toEqual(expected);
    },
  );

  it('reads what can be read of broken source, and nothing of none', async () => {
    const { symbols } = await symbolsOf('typescript', 'export function one() {}\nclass Two { three( {\n');
    expect(symbols.map(({ name }) => name)).toContain('one');
    expect(await symbolsOf('python', '')).toEqual({ symbols: [], uses: new Map() });
    expect((await symbolsOf('python', 'größe = 1\nprint(größe)\n')).uses.get('größe')).toEqual([2]);
  });
});
