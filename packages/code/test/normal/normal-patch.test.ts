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
