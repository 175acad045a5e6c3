import { expect, test } from 'vitest';
import { type FileVersions, normalPatch } from '../../src/normal/normal-patch.ts';

const change = (path: string, before: string | null, after: string | null): FileVersions => ({
  path,
  before,
  after,
  binary: false,
});
const fix = (after: string) => change('src/a.js', 'function f(a) { return a }\n', after);
const FIX = 'function f(a) { return a + 1 }\n';

test('the same fix has one digest, however it is written and wherever its files stand in the list', async () => {
  const other = change('b.py', null, 'x = "a"\n');
  const one = await normalPatch([fix(FIX), other]);
  const two = await normalPatch([
    change('b.py', null, "# new\nx = 'a'\r\n"),
    fix('// fixed\nfunction f(a) {\n  return (a + 1);\n}'),
  ]);
  expect(two).toEqual(one);
  expect(one).toMatchObject({ sources: ['b.py', 'src/a.js'], tests: [] });
});

test('another text, another path, a missing file are another fix', async () => {
  const digests = await Promise.all(
    [
      [fix(FIX)],
      [fix(FIX.replace('1', '2'))],
      [change('src/b.js', null, FIX)],
      [fix(FIX), change('x.txt', null, 'x')],
      [change('src/a.js', FIX, null)],
      [],
    ].map(async (changes) => (await normalPatch(changes)).digest),
  );
  expect(new Set(digests).size).toBe(digests.length);
});

test('a change of tests only is no other fix', async () => {
  const alone = await normalPatch([fix(FIX)]);
  const tested = await normalPatch([fix(FIX), change('test/a.test.js', null, 'f(1)\n')]);
  expect(tested).toMatchObject({
    sourceDigest: alone.sourceDigest,
    sources: ['src/a.js'],
    tests: ['test/a.test.js'],
  });
  expect(tested.digest).not.toBe(alone.digest);
});

test('files that only look different are no part of it', async () => {
  const nothing = await normalPatch([]);
  const same = [
    change('a.js', 'f(1)', '/* one */ f( 1 );'),
    change('a.txt', 'one \ntwo\n', 'one\r\ntwo'),
    change('broken.js', 'f(', 'f( '),
    change('same.bin', 'x', 'x'),
  ];
  expect(await normalPatch(same)).toEqual(nothing);
  expect(nothing).toMatchObject({ sources: [], tests: [] });
});

test('white space counts where no tree says that it does not', async () => {
  const digestOf = async (path: string, after: string) =>
    (await normalPatch([change(path, 'x', after)])).digest;
  for (const [path, one, other] of [
    ['a.yml', 'a:\n  b: 1\n', 'a:\nb: 1\n'],
    ['Makefile', 'a:\n\tb\n', 'a:\n    b\n'],
    ['broken.py', 'f(\n  a', 'f(\na'],
    ['README.md', '# a', '#  a'],
  ] as const) {
    expect(await digestOf(path, one)).not.toBe(await digestOf(path, other));
  }
});

test('a binary file counts by its bytes', async () => {
  const binary = (after: string): FileVersions => ({ path: 'a.js', before: null, after, binary: true });
  const [one, two, text] = await Promise.all(
    [[binary('f(1)')], [binary('f( 1)')], [change('a.js', null, 'f(1)')]].map(normalPatch),
  );
  expect(new Set([one!.digest, two!.digest, text!.digest]).size).toBe(3);
});

/** A text before, and two after that differ in a local name. */
const RENAMED: readonly (readonly [path: string, before: string, one: string, other: string])[] = [
  [
    'a.js',
    'function f(a) { return a }',
    'function f(a) { const b = a; return b.b + b }',
    'function f(a) { const c = a; return c.b + c }',
  ],
  [
    'a.ts',
    '',
    'const f = (a: A) => { let b: B = a; return b }',
    'const f = (a: A) => { let c: B = a; return c }',
  ],
  [
    'a.py',
    'def f(a): return a\n',
    'def f(a):\n    b, c = a\n    return b + c\n',
    'def f(a):\n    d, e = a\n    return d + e\n',
  ],
  [
    'a.py',
    'def f(a): return a\n',
    'def f(a):\n    b = a\n    return b\n',
    'def f(a):\n    c = a\n    return c\n',
  ],
  [
    'a.go',
    'package a\nfunc f() {}',
    'package a\nfunc f() { b, err := g(); h(b, err) }',
    'package a\nfunc f() { c, e := g(); h(c, e) }',
  ],
];

test.each(RENAMED)(
  'in %s the shape does not tell names of new local variables apart',
  async (path, before, one, other) => {
    const [first, second] = await Promise.all(
      [one, other].map((after) => normalPatch([change(path, before, after)])),
    );
    expect(second!.shape).toBe(first!.shape);
    expect(second!.sourceDigest).not.toBe(first!.sourceDigest);
  },
);

test.each([
  ['a.js', 'function f(a) { return a }', 'function f(a) { return g(a) }', 'function f(a) { return h(a) }'],
  [
    'a.js',
    'function f(a) { return a }',
    'function f(a) { const b = a; return b.b }',
    'function f(a) { const c = a; return c.c }',
  ],
  [
    'a.js',
    'function f(a, d) { return a }',
    'function f(a, d) { const b = a; return b + d }',
    'function f(a, d) { const b = a; return b + b }',
  ],
  ['a.js', '', 'export const b = 1', 'export const c = 1'],
  [
    'a.py',
    'def f(a): return a\n',
    'def f(a):\n    b = g(b=a)\n    return b\n',
    'def f(a):\n    c = g(c=a)\n    return c\n',
  ],
  [
    'a.go',
    'package a\nfunc f() {}',
    'package a\nfunc f() { a, b := c, d }',
    'package a\nfunc f() { a, b := c, e }',
  ],
] as const)('in %s the shape tells everything else: %j, %j, %j', async (path, before, one, other) => {
  const [first, second] = await Promise.all(
    [one, other].map((after) => normalPatch([change(path, before, after)])),
  );
  expect(second!.shape).not.toBe(first!.shape);
});
