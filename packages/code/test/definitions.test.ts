import fc from 'fast-check';
import { expect, test } from 'vitest';
import { definitionsIn, definitionsNamed } from '../src/syntax/definitions.ts';
import { foldsIn } from '../src/syntax/folds.ts';
import { introducedErrors } from '../src/syntax/introduced.ts';
import type { Language } from '../src/syntax/languages.ts';

const SOURCES: Record<Language, string> = {
  javascript:
    'export default function d() {}\nconst o = { k() {}, z: () => 1 };\nclass A { #x = 1; static f() {} }\n',
  typescript:
    '@D()\nexport class A<T> {\n  @x() m(): void { const q = 1; }\n  f = () => 1;\n}\nexport const b = 1, c = () => 2;\nnamespace N { export function g() {} }\nexport interface I { q(): void }\nconst { p, r } = o;\n',
  tsx: 'export const C = (p: P) => <a {...p} />;\nfunction D() { return <C />; }\n',
  python:
    '@dec\nclass A:\n    X = 1\n    @property\n    def f(self):\n        y = 2\n        def g(): pass\nasync def h(): pass\n',
  go: 'package a\ntype T[K any] struct { a int }\nfunc (t *T[K]) M() int { return 1 }\ntype ( A int; B int )\nvar x = 1\n',
  rust: '#[derive(X)]\npub struct S { a: i32 }\nimpl<T> Tr for S<T> { fn f(&self) {} }\nmod m { pub fn g() {} }\n',
  java: 'class A { int x = 1; A() {} @Override public int f() { return 1; } enum E { Q } }\n',
  c: 'struct a { int x; };\ntypedef struct { int y; } b;\nstatic int *f(int x) { return 0; }\n#define M(x) (x)\nstruct a v;\n',
  cpp: 'namespace n { class A { int f() { return 1; } }; int A::g() { return 2; } template <class T> T h(T t) { return t; } }\n',
  csharp: 'namespace N { class A { public int P { get; set; } void F() {} A() {} } }\n',
  ruby: 'module M\n  class A\n    def f; end\n    def self.g; end\n  end\nend\n',
  php: '<?php\nclass A { public function f() {} }\nfunction g() {}\n',
  bash: 'f() { echo; }\nfunction g { echo; }\n',
};

test.each(Object.entries(SOURCES))('definitions of %s', async (language, text) => {
  const found = await definitionsIn(language as Language, text);
  const rows = found.map(({ path, kind, start, end }) => {
    const [head] = text.slice(start, end).split('\n');
    return `${path.join('.')} ${kind}: ${head}`;
  });
  expect(rows).toMatchSnapshot();
});

test('a name means what ends with it, a whole path what it is', async () => {
  const text =
    'class A:\n    def f(self): pass\nclass B:\n    def f(self): pass\ndef f(): pass\ndef g(): pass\n';
  const all = await definitionsIn('python', text);
  const lines = (name: string) => definitionsNamed(all, name).map(({ line }) => line);
  expect(lines('A.f')).toEqual([2]);
  expect(lines('B::f')).toEqual([4]);
  expect(lines('f')).toEqual([5]);
  expect(lines('A')).toEqual([1]);
  expect(lines('h')).toEqual([]);
  expect(lines('.')).toEqual([]);
});

test('folds bodies of five lines and more, neither heads nor closing marks', async () => {
  const body = (indent: string) => Array.from({ length: 5 }, (_, n) => `${indent}x${n} = 1\n`).join('');
  const python = `class A:\n    def f(self):\n${body('        ')}\n    def g(self):\n        return 1\n`;
  expect(await foldsIn('python', python)).toEqual([{ line: 3, endLine: 7 }]);
  const js = `class A {\n  f() {\n${body('    ')}  }\n}\nconst a = [\n${'  1,\n'.repeat(9)}];\n`;
  expect(await foldsIn('javascript', js)).toEqual([
    { line: 3, endLine: 7 },
    { line: 11, endLine: 19 },
  ]);
});

test('errors a change brings in: not those that were there, wherever they are now', async () => {
  const broken = 'let a = (1;\nlet b = 2;\n';
  expect(await introducedErrors('javascript', broken, `\n\n${broken}let c = 3;\n`)).toEqual([]);
  expect(await introducedErrors('javascript', broken, broken.replace('(1', '1'))).toEqual([]);
  expect(await introducedErrors('javascript', broken, `${broken}let c = [3;\n`)).toHaveLength(1);
  expect(await introducedErrors('javascript', 'a\n', 'a b c\n')).not.toEqual([]);
  expect(await introducedErrors('javascript', null, 'a(\n')).not.toEqual([]);
  const macros = 'BEGIN_DECLS\nint f(void) NOTHROW;\n';
  expect(await introducedErrors('c', macros, `${macros}int g(void) NOTHROW WUR;\nEND_DECLS\n`)).toEqual([]);
  expect(await introducedErrors('c', 'int f(void);\n', 'int f(void;\n')).not.toEqual([]);
});

test.each(Object.entries(SOURCES))(
  'any %s text gives definitions and folds that lie in it',
  async (language, text) => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.nat(300), fc.nat(300), async (noise, at, gone) => {
        const broken = text.slice(0, at) + noise + text.slice(at + (gone % 40));
        const lines = broken.split('\n').length;
        for (const { start, end, line, endLine, nameLine, name } of await definitionsIn(
          language as Language,
          broken,
        )) {
          expect(0 <= start && start <= end && end <= broken.length).toBe(true);
          expect(1 <= line && line <= nameLine && endLine <= lines).toBe(true);
          expect(broken.slice(start, end)).toContain(name);
        }
        let last = 0;
        for (const { line, endLine } of await foldsIn(language as Language, broken)) {
          expect(last < line && line <= endLine && endLine <= lines).toBe(true);
          last = endLine;
        }
      }),
      { numRuns: 60 },
    );
  },
);
