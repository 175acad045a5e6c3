import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { canonicalTokens } from '../../src/normal/canonical.ts';
import type { Language } from '../../src/syntax/languages.ts';
import { leavesOf, reformatted } from './reformat.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/symbols');
const REFORMATTED: readonly Language[] = [
  'javascript',
  'typescript',
  'tsx',
  'python',
  'go',
  'rust',
  'java',
  'c',
  'cpp',
  'csharp',
  'ruby',
  'php',
  'bash',
];
const sourceOf = (language: Language) => readFileSync(join(FIXTURES, `${language}.txt`), 'utf8');
const choices = fc.array(fc.nat(11), { minLength: 97, maxLength: 97 });

test.each(REFORMATTED)('white space and comments change nothing in %s', async (language) => {
  const text = sourceOf(language);
  const wanted = await canonicalTokens(language, text);
  expect(wanted).not.toBeNull();
  await fc.assert(
    fc.asyncProperty(choices, async (chosen) => {
      const other = await reformatted(language, text, chosen);
      expect({ other, tokens: await canonicalTokens(language, other) }).toEqual({ other, tokens: wanted });
    }),
    { numRuns: 40 },
  );
});

test.each(REFORMATTED)('another name, number or string is another text in %s', async (language) => {
  const text = sourceOf(language);
  const was = await canonicalTokens(language, text);
  const leaves = (await leavesOf(language, text)).filter(
    ({ type, start, end }) => !type.includes('comment') && /^\w+$/.test(text.slice(start, end)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...leaves), async ({ start, end }) => {
      const other = `${text.slice(0, end)}1${text.slice(end)}`;
      expect({ token: text.slice(start, end), same: await canonicalTokens(language, other) }).not.toEqual({
        token: text.slice(start, end),
        same: was,
      });
    }),
    { numRuns: 60 },
  );
});

/** What a formatter may make of a text, and what means the same. */
const SAME: readonly (readonly [Language, string, string])[] = [
  ['javascript', "const a = 'it\\'s';", 'const a = "it\'s"'],
  ['javascript', 'f(a, b)', 'f(\n  a,\n  b, // last\n);'],
  ['javascript', 'const f = a => (a + 1)', 'const f = (a) => a + 1;'],
  ['javascript', 'return_: { return_ }', 'return_: {\n  return_;;\n}'],
  [
    'javascript',
    'function f() { return (\n <A b="c"> x\n  y </A>) }',
    "function f() { return <A b='c'> x y </A>; }",
  ],
  ['javascript', 'x = <A>\n  <B/>\n  text\n</A>', 'x = <A><B/>text</A>'],
  ['javascript', 'class A { a = 1; b = 2 }', 'class A {\n  a = 1\n  b = 2\n}'],
  ['typescript', 'interface A { a: 1; b: 2 }', 'interface A {\n  a: 1,\n  b: 2,\n}'],
  ['typescript', 'type A = B | C;', 'type A =\n  | B\n  | C'],
  ['typescript', 'enum A { B, C }', 'enum A { B, C, }'],
  ['python', 'x = f(a, "b")', "x = f(\n    a,\n    'b',  # why\n)"],
  ['python', 'if a:\n    b()\n    c()\n', 'if (a):\n  b(); c()\n'],
  ['python', 'from a import b, c', 'from a import (\n    b,\n    c,\n)'],
  ['python', 'x = u"a\\"b" + R\'c\'', "x = 'a\"b' + r'c'"],
  ['python', 'x = 1 + 2', 'x = 1 + \\\n    2'],
  ['python', 'x = """a"""', "x = 'a'"],
  ['go', 'package a\nvar x = f(a, b)', 'package a\n\nvar x = f(\n\ta,\n\tb,\n)\n'],
  ['go', 'package a\nfunc f() { a(); b() }', 'package a\nfunc f() {\n\ta()\n\tb()\n}'],
  ['rust', 'fn f() { g(a, b) }', 'fn f() {\n    g(\n        a,\n        b,\n    )\n}'],
  ['java', 'class A { int[] a = {1, 2}; }', 'class A { int[] a = {(1), 2,}; }'],
];

test.each(SAME)('%s: %j means %j', async (language, one, other) => {
  const tokens = await canonicalTokens(language, one);
  expect(tokens).not.toBeNull();
  expect(await canonicalTokens(language, other)).toEqual(tokens);
});

/** What looks like formatting and is none. */
const DIFFERENT: readonly (readonly [Language, string, string])[] = [
  ['javascript', 'x = [1, , ]', 'x = [1, ]'],
  ['javascript', 'x = [,]', 'x = []'],
  ['javascript', '(a?.b).c', 'a?.b.c'],
  ['javascript', 'new (a())()', 'new a()()'],
  ['javascript', '(a.b)()', 'a.b()'],
  ['javascript', "('use strict')", "'use strict'"],
  ['javascript', 'for (a; ; ) b', 'for (; a; ) b'],
  ['javascript', 'f((a, b))', 'f(a, b)'],
  ['javascript', 'a\n++b', 'a++\nb'],
  ['javascript', 'x = `a b`', 'x = `a  b`'],
  ['javascript', "x = 'a'", 'x = `a`'],
  ['javascript', 'x = /a b/', 'x = /a  b/'],
  ['javascript', "x = '\\\\n'", "x = '\\n'"],
  ['javascript', 'x = <A>a b</A>', 'x = <A>a  b</A>'],
  ['javascript', 'x = <A>a&nbsp;\n b</A>', 'x = <A>a&nbsp;b</A>'],
  ['javascript', 'x = <A> <B/></A>', 'x = <A><B/></A>'],
  ['javascript', 'x = (a + b) * c', 'x = a + b * c'],
  ['javascript', 'while (a) b()', 'while (a);\nb()'],
  ['typescript', '// @ts-ignore\nx = 1', 'x = 1'],
  ['python', 'if a:\n    b()\n    c()\n', 'if a:\n    b()\nc()\n'],
  ['python', 'x = (1,)', 'x = (1)'],
  ['python', 'x = a[1,]', 'x = a[1]'],
  ['python', 'x = "a  b"', 'x = "a b"'],
  ['python', 'x = r"\\n"', 'x = "\\n"'],
  ['python', 'x = b"a"', 'x = "a"'],
  ['python', 'x = f"{a: >3}"', 'x = f"{a:>3}"'],
  ['python', 'x = "a" "b"', 'x = "ab"'],
  ['python', 'x = a < b < c', 'x = (a < b) < c'],
  ['go', 'package a\n//go:build linux\nvar x = 1', 'package a\nvar x = 1'],
  ['go', 'package a\nfunc f() { if a; b {} }', 'package a\nfunc f() { if b {} }'],
  ['rust', 'fn f() { (a.f)(1) }', 'fn f() { a.f(1) }'],
  ['rust', 'fn f() { 1; }', 'fn f() { 1 }'],
  ['cpp', 'decltype((x)) y;', 'decltype(x) y;'],
  ['c', '#define A (x)\n', '#define A(x)\n'],
  ['ruby', '# frozen_string_literal: true\nx', 'x'],
  ['ruby', 'f [1]', 'f[1]'],
  ['bash', 'echo a b', 'echo ab'],
  ['bash', 'echo "a  b"', 'echo "a b"'],
  ['bash', '#!/bin/sh\na', '#!/bin/bash\na'],
];

test.each(DIFFERENT)('%s: %j does not mean %j', async (language, one, other) => {
  const tokens = await canonicalTokens(language, one);
  expect(tokens).not.toBeNull();
  expect(await canonicalTokens(language, other)).not.toEqual(tokens);
});

test('another formatter’s way with our own sources changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-formats-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const style = { quoteStyle: 'double', semicolons: 'asNeeded', trailingCommas: 'none' };
  const javascript = { formatter: { ...style, arrowParentheses: 'asNeeded', bracketSpacing: false } };
  const formatter = { indentStyle: 'tab', lineWidth: 50 };
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ root: true, formatter, javascript }));
  const sources = join(import.meta.dirname, '../../src');
  for (const name of [
    'syntax/definitions.ts',
    'normal/meaningless.ts',
    'lsp/client.ts',
    'symbols/extract.ts',
  ]) {
    const text = readFileSync(join(sources, name), 'utf8');
    const command = ['format', `--config-path=${folder}`, '--stdin-file-path=a.ts'];
    const other = execFileSync('biome', command, { cwd: folder, input: text, encoding: 'utf8' });
    expect(other).not.toBe(text);
    expect(await canonicalTokens('typescript', other)).toEqual(await canonicalTokens('typescript', text));
  }
});

test('what does not parse, is too large or too deep has none', async () => {
  expect(await canonicalTokens('javascript', 'f(')).toBeNull();
  expect(await canonicalTokens('javascript', `x = ${'['.repeat(1_100)}${']'.repeat(1_100)}`)).toBeNull();
  expect(await canonicalTokens('javascript', `x = 1\n${'y = 22222\n'.repeat(110_000)}`)).toBeNull();
});
