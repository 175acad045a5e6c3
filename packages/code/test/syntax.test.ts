import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { codeLines } from '../src/syntax/code-lines.ts';
import { syntaxErrors } from '../src/syntax/errors.ts';
import { type Language, languageOf } from '../src/syntax/languages.ts';
import { parse } from '../src/syntax/parse.ts';
import { namedNodes } from '../src/syntax/walk.ts';

test('languageOf', () => {
  const paths = [
    'a.js',
    'b/c.MJS',
    'd.cjs',
    'e.jsx',
    'f.ts',
    'g.d.mts',
    'h.tsx',
    'i.py',
    'j.pyi',
    'k.go',
    'l/Gemfile',
    'm.h',
    'Makefile',
    '',
  ];
  expect(paths.map(languageOf)).toEqual([
    'javascript',
    'javascript',
    'javascript',
    'javascript',
    'typescript',
    'typescript',
    'tsx',
    'python',
    'python',
    'go',
    'ruby',
    'cpp',
    null,
    null,
  ]);
});

const GOOD: Record<Language, string> = {
  javascript: 'const el = <a href="x">{1}</a>;\nexport default class { #x = 1; static { this.y ??= 2; } }\n',
  typescript: 'enum A { B }\nconst f = <T,>(x: T): x is T & {} => x satisfies unknown as never;\n',
  tsx: 'const el = <A<string> b={(x: number) => x} />;\n',
  python:
    'def f(a, /, *, b: int = 1) -> None:\n    match a:\n        case {"k": [x, *_]}:\n            return x if (y := b) else f"{y!r:>{b}}"\n',
  go: 'package a\n\ntype N[T any] struct{ v T }\n\nfunc (n *N[T]) Get() (T, error) { return n.v, nil }\n',
  rust: "impl<'a, T: Clone> A<'a, T> { async fn f(&self) -> Option<&'a T> { let Some(x) = self.g()? else { return None }; Some(x) } }\n",
  java: 'record P(int x) { sealed interface S permits A {} int f(Object o) { return switch (o) { case P(var y) -> y; default -> 0; }; } }\n',
  c: '#include <a.h>\nstatic const struct a { int b[2]; } c = { .b = { 1, 2 } };\nint main(void) { return c.b[0] ? 0 : 1; }\n',
  cpp: 'template <typename T> requires C<T> class A : public B { public: auto f() const -> T { return [this](auto&& x) { return x; }(t); } T t; };\n',
  csharp:
    'namespace A;\npublic record R(int X);\nclass C<T> where T : new() { public int P { get; init; } = 1; int F(object o) => o is R { X: > 0 } r ? r.X : 0; }\n',
  ruby: 'module A\n  class B < C\n    attr_reader :x\n    def f(a, *b, c: 1, &d) = a&.map { |e| e in { k: Integer } }\n  end\nend\n',
  php: '<?php\nfinal class A { public function __construct(private readonly ?int $x = null) {} public function f(): string { return match(true) { default => "a" }; } }\n',
  bash: 'f() { local a="$1"; if [[ $a == c* ]]; then echo "$(g <<< "$a")"; fi; }\ncase $1 in a|b) ;; esac\n',
};
const BAD: Record<Language, string> = {
  javascript: 'const a = (1;\n',
  typescript: 'let a: = 1;\n',
  tsx: 'const el = <a>;\n',
  python: 'def f(:\n  return 1\n',
  go: 'package a; func f( { }\n',
  rust: 'fn f( { }\n',
  java: 'class A { int f( { } }\n',
  c: 'int f(void { return 1; }\n',
  cpp: 'class A { int f( { } };\n',
  csharp: 'class A { int F( { } }\n',
  ruby: 'def f(a; end; end\n',
  php: '<?php function f( { }\n',
  bash: 'if true; echo a; fi; }\n',
};
const LANGUAGES = Object.keys(GOOD) as Language[];

describe.each(LANGUAGES)('%s', (language) => {
  test('good source has no errors', async () => {
    expect(await syntaxErrors(language, GOOD[language])).toEqual([]);
  });

  test('broken source has one on its line', async () => {
    const [first] = await syntaxErrors(language, BAD[language]);
    expect(first?.line).toBe(1);
  });

  test('an empty text is good source', async () => {
    expect(await syntaxErrors(language, '')).toEqual([]);
  });

  test('any text parses, its nodes’ offsets are those of the string, and parsing it again gives the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.nat(200), async (noise, at) => {
        const text = GOOD[language].slice(0, at) + noise + GOOD[language].slice(at);
        using tree = await parse(language, text);
        for (const node of namedNodes(tree.root))
          expect(text.slice(node.startIndex, node.endIndex)).toBe(node.text);
        using again = await parse(language, text);
        expect(again.root.toString()).toBe(tree.root.toString());
      }),
      { numRuns: 60 },
    );
  });
});

test('what is wrong is told in one line with its place', async () => {
  expect(await syntaxErrors('javascript', 'let a = 1;\nconst b = [1, 2;\n')).toEqual([
    { line: 2, column: 16, text: 'missing ]' },
  ]);
  expect(await syntaxErrors('python', 'x = 1\ny = = 2\n')).toMatchInlineSnapshot(`
    [
      {
        "column": 5,
        "line": 2,
        "text": "unexpected "="",
      },
    ]
  `);
});

test('a hopeless file gives a bounded number of errors', async () => {
  expect((await syntaxErrors('javascript', 'let = ;\n'.repeat(500))).length).toBe(20);
});

test('a tree is unusable once deleted, and deleting twice is harmless', async () => {
  const tree = await parse('python', 'x = 1');
  tree.delete();
  tree.delete();
  expect(() => tree.root).toThrow('already deleted');
});

test('namedNodes visits parents before children, in source order', async () => {
  using tree = await parse('javascript', 'f(a, 1);');
  expect([...namedNodes(tree.root)].map((node) => node.type)).toEqual([
    'program',
    'expression_statement',
    'call_expression',
    'identifier',
    'arguments',
    'identifier',
    'number',
  ]);
});

test('codeLines leaves out comments, brackets and blank lines', async () => {
  const js = '// a\nfunction f(\n  a,\n) {\n  /* b\n  */ return a;\n}\n\nelse_();\n`x\ny`;\n';
  expect([...(await codeLines('javascript', js))].toSorted((a, b) => a - b)).toEqual([2, 3, 6, 9, 10, 11]);
  const py = '# a\nclass A:\n\n    x = (\n        1\n    )\n';
  expect([...(await codeLines('python', py))].toSorted((a, b) => a - b)).toEqual([2, 4, 5]);
});
