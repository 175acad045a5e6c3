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

  it.each([
    [
      'typescript',
      "import { a, type B } from './x.ts';\nimport * as m from './m.ts';\nconst local: B = a(1);\nlocal.push(m.deep, other);\n",
      { a: 2, B: 2, m: 2, '.push': 1, '.deep': 1, deep: 1 },
    ],
    ['javascript', "const { a } = require('./x');\na(b);\n", { require: 1, a: 2, b: 1 }],
    [
      'python',
      'import os\nfrom x import f\n\nf(os.getcwd(), g)\n',
      { os: 2, x: 1, f: 2, '.getcwd': 1, getcwd: 1 },
    ],
    ['go', 'package p\n\nfunc f() { g(h.I()) }\n', { p: 1, g: 1, h: 1, '.I': 1, I: 1 }],
  ] as [Language, string, Record<string, number>][])(
    'of %s: which names may be another file’s',
    async (language, text, expected) => {
      expect(Object.fromEntries((await symbolsOf(language, text)).links)).toEqual(expected);
    },
  );

  it('reads what can be read of broken source, and nothing of none', async () => {
    const { symbols } = await symbolsOf('typescript', 'export function one() {}\nclass Two { three( {\n');
    expect(symbols.map(({ name }) => name)).toContain('one');
    expect(await symbolsOf('python', '')).toEqual({ symbols: [], uses: new Map(), links: new Map() });
    expect((await symbolsOf('python', 'größe = 1\nprint(größe)\n')).uses.get('größe')).toEqual([2]);
  });
});
