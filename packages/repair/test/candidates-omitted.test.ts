import { describe, expect, it } from 'vitest';
import { changes } from './changes.ts';

/** What a fix adds where something was left out. */
describe('recurring', () => {
  const TWINS = `def hsv(r, g, b):
    high = max(r, g, b)
    low = min(r, g, b)
    if r == high:
        h = b - g
    else:
        h = 4 + g - r
    return h, low

def hls(r, g, b):
    low = min(r, g, b)
    if g == low:
        h = b - g
    return h, low
`;
  it('what stands beside the same statement elsewhere, and the else of the same branch', async () => {
    expect(await changes('recurring', 'python', TWINS)).toMatchInlineSnapshot(`
      [
        "    high = max(r, g, b) ⏎     low = min(r, g, b)",
        "        h = b - g ⏎     else: ⏎         h = 4 + g - r",
      ]
    `);
  });
  it('nothing that reads what is not there', async () => {
    const text = `def f(a):\n    b = a + 1\n    c = secret\n\ndef g(a):\n    b = a + 1\n    return b\n`;
    expect(
      await changes('recurring', 'python', text.replace('    c', '    secret = 2\n    c')),
    ).not.toContain('    c = secret');
  });
});

describe('definition', () => {
  it('of a name that nothing sets, after the model of a like one', async () => {
    const text = `def f(r, g):\n    minc = min(r, g)\n    return minc + maxc\n`;
    expect((await changes('definition', 'python', text)).slice(0, 3)).toMatchInlineSnapshot(`
      [
        "    maxc = max(r, g) ⏎     return minc + maxc",
        "    maxc = 0 ⏎     return minc + maxc",
        "    maxc = [] ⏎     return minc + maxc",
      ]
    `);
  });
  it('before the loop that reads it, too', async () => {
    const text = `function f(items) {\n  for (const item of items) {\n    total += item;\n  }\n}\n`;
    expect((await changes('definition', 'javascript', text)).slice(0, 2)).toMatchInlineSnapshot(`
      [
        "  let total = 0; ⏎   for (const item of items) {",
        "    let total = 0; ⏎     total += item;",
      ]
    `);
  });
});

describe('clause', () => {
  it('varies one that is there', async () => {
    const text = `function isDate(x) {}\nfunction isRegex(x) {}\nif (isDate(x)) { typeof x === 'string'; }\n`;
    expect(await changes('clause', 'javascript', text)).toMatchInlineSnapshot(`
      [
        "if (isDate(x) || isRegex(x)) { typeof x === 'string'; }",
        "if (isDate(x) && isRegex(x)) { typeof x === 'string'; }",
      ]
    `);
  });
  it('compares what is at hand, and asks collections', async () => {
    const text = `def f(seen, n, limit):\n    seen[n] = n + 1\n    limit -= 1\n    if n in seen:\n        return n\n`;
    expect((await changes('clause', 'python', text)).slice(0, 12)).toMatchInlineSnapshot(`
      [
        "if n in seen or limit in seen:",
        "if n in seen or n in limit:",
        "if (n in seen) and n < limit:",
        "if (n in seen) and n > limit:",
        "if (n in seen) and n <= limit:",
        "if (n in seen) and n >= limit:",
        "if (n in seen) and n != limit:",
        "if (n in seen) and n == limit:",
        "if n in seen and limit in seen:",
        "if (n in seen) or n < limit:",
        "if (n in seen) or n > limit:",
        "if (n in seen) or n <= limit:",
      ]
    `);
  });
});

describe('collect', () => {
  it('fills a list that is only ever empty', async () => {
    const text = `def f(items):\n    found = []\n    for item in items:\n        if item:\n            continue\n    return found\n`;
    expect(await changes('collect', 'python', text)).toMatchInlineSnapshot(`
      [
        "        found.append(item) ⏎         if item:",
        "            continue ⏎         found.append(item)",
        "            found.append(item) ⏎             continue",
        "        found.append(items) ⏎         if item:",
        "            continue ⏎         found.append(items)",
        "            found.append(items) ⏎             continue",
      ]
    `);
  });
  it('leaves those alone that somebody fills', async () => {
    const text = `function f(items) {\n  const a = [];\n  const b = [];\n  fill(a);\n  for (const item of items) b.push(item);\n  return [a, b];\n}\n`;
    expect(await changes('collect', 'javascript', text)).toEqual([]);
  });
});

describe('of a result that is a constant', () => {
  it('what functions beside it return, said of it; its own methods; what it worked out', async () => {
    const text = `class A:
    def empty(self):
        pass
    def guess(self, url):
        return _db.guess(url)
    def add(self, kind, ext):
        out = kind + ext
        return None
`;
    expect(await changes('result', 'python', text)).toEqual(
      expect.arrayContaining(['return _db.add(kind, ext)', 'return self.empty()', 'return bytes(out)']),
    );
  });
});

describe('calls of what the file declares', () => {
  it('round an expression: functions, methods and classes that take one argument', async () => {
    const text = `class Address:
    def __init__(self, text):
        self.text = text
    def _clean(self, text):
        return text
    def f(self, parts):
        return parts.pop().value
def lower(x):
    return x
`;
    expect(await changes('wrap', 'python', text)).toEqual(
      expect.arrayContaining([
        'return Address(parts.pop()).value',
        'return self._clean(parts.pop()).value',
        'return lower(parts.pop()).value',
      ]),
    );
  });
  it('with a parameter handed on under its own name', async () => {
    const text = `class Lex:\n    def __init__(self, s, instream=None, posix=False):\n        pass\ndef split(s, posix=True):\n    return Lex(s)\n`;
    expect(await changes('arguments', 'python', text)).toContain('return Lex(s, posix=posix)');
  });
  it('of the language that take as many arguments', async () => {
    const text = `if id(y, 'name') and items(y) == 1:\n    pass\n`;
    expect(await changes('sibling', 'python', text)).toEqual(
      expect.arrayContaining([
        "if hasattr(y, 'name') and items(y) == 1:",
        "if id(y, 'name') and len(y) == 1:",
      ]),
    );
  });
});
