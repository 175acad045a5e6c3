import { describe, expect, it } from 'vitest';
import { changes } from './changes.ts';

describe('comparison', () => {
  it('JavaScript', async () => {
    expect(await changes('comparison', 'javascript', 'const a = b < c;\n')).toMatchInlineSnapshot(`
      [
        "const a = b <= c;",
        "const a = b > c;",
        "const a = b >= c;",
      ]
    `);
  });
  it('Python, with words for operators', async () => {
    expect(await changes('comparison', 'python', 'a = b not in c\n')).toMatchInlineSnapshot(`
      [
        "a = b in c",
        "a = b != c",
        "a = c not in b",
      ]
    `);
  });
  it('Python, chained', async () => {
    expect(await changes('comparison', 'python', 'a = 0 <= b < c\n')).toMatchInlineSnapshot(`
      [
        "a = 0 < b < c",
        "a = 0 <= b <= c",
        "a = 0 >= b < c",
        "a = 0 <= b > c",
        "a = 0 > b < c",
        "a = 0 <= b >= c",
      ]
    `);
  });
});

describe('arithmetic', () => {
  it('operators, order, grouping', async () => {
    expect(await changes('arithmetic', 'javascript', 'const a = b + c / d;\n')).toMatchInlineSnapshot(`
      [
        "const a = b - c / d;",
        "const a = b + c * d;",
        "const a = b + c % d;",
        "const a = b + d / c;",
        "const a = (b + c) / d;",
        "const a = b * c / d;",
        "const a = c / d + b;",
        "const a = b;",
        "const a = b + c;",
        "const a = c / d;",
        "const a = b + d;",
        "const a = b + c - d;",
      ]
    `);
  });
  it('Python division', async () => {
    expect(await changes('arithmetic', 'python', 'a = b / 2\n')).toMatchInlineSnapshot(`
      [
        "a = b // 2",
        "a = b * 2",
        "a = 2 / b",
        "a = b % 2",
        "a += b / 2",
        "a = b",
        "a = 2",
        "a -= b / 2",
        "a |= b / 2",
      ]
    `);
  });
  it('assignment operators and steps', async () => {
    expect(await changes('arithmetic', 'typescript', 'a += 1;\nb++;\n')).toMatchInlineSnapshot(`
      [
        "a -= 1;",
        "a = 1;",
        "b--;",
        "a *= 1;",
      ]
    `);
  });
});

describe('logic', () => {
  it('operators, terms, negations', async () => {
    expect(await changes('logic', 'javascript', 'if (a || !b) c();\n')).toMatchInlineSnapshot(`
      [
        "if (a || b) c();",
        "if (a && !b) c();",
        "if (a ?? !b) c();",
        "if (!(a || !b)) c();",
        "if (a) c();",
        "if (!b) c();",
        "if (!a || !b) c();",
      ]
    `);
  });
  it('Python', async () => {
    expect(await changes('logic', 'python', 'while found:\n    pass\n')).toMatchInlineSnapshot(`
      [
        "while not found:",
      ]
    `);
  });
});

describe('condition', () => {
  it('takes terms from the same function', async () => {
    const text = 'def f(a, b):\n    if a > 1:\n        pass\n    if b:\n        pass\n';
    const list = await changes('condition', 'python', text);
    expect(list).toContain('if b and (a > 1):');
    expect(list).toContain('if b and not a:');
  });
});

describe('offset', () => {
  it('indices and bounds', async () => {
    expect(
      await changes('offset', 'javascript', 'x[i]; a.slice(n - 1); f(i); if (i < n) g();\n'),
    ).toMatchInlineSnapshot(`
      [
        "x[i - 1]; a.slice(n - 1); f(i); if (i < n) g();",
        "x[i + 1]; a.slice(n - 1); f(i); if (i < n) g();",
        "x[i]; a.slice(n); f(i); if (i < n) g();",
        "x[i]; a.slice(n - 1); f(i); if (i < n - 1) g();",
        "x[i]; a.slice(n - 1); f(i); if (i < n + 1) g();",
        "x[i]; a.slice(n - 2); f(i); if (i < n) g();",
      ]
    `);
  });
  it('ranges and slices in Python', async () => {
    expect(await changes('offset', 'python', 'for i in range(n):\n    a[i:]\n')).toMatchInlineSnapshot(`
      [
        "for i in range(n - 1):",
        "for i in range(n + 1):",
        "a[i - 1:]",
        "a[i + 1:]",
        "for i in range(1, n + 1):",
        "for i in range(1, n):",
        "for i in range(n - 1, -1, -1):",
      ]
    `);
  });
});

describe('literal', () => {
  it('numbers and booleans', async () => {
    expect(await changes('literal', 'javascript', 'f(10, true);\n')).toMatchInlineSnapshot(`
      [
        "f(10, false);",
        "f(11, true);",
        "f(9, true);",
        "f(0, true);",
        "f(1, true);",
        "f(-10, true);",
        "f(100, true);",
        "f(2, true);",
      ]
    `);
  });
  it('strings of the file', async () => {
    expect(await changes('literal', 'python', "a = 'left'\nb = ''\n")).toMatchInlineSnapshot(`
      [
        "b = 'left'",
        "b = ' '",
        "a = ''",
        "a = 'LEFT'",
        "a = 'lef'",
        "a = 'eft'",
      ]
    `);
  });
});

describe('name and member', () => {
  it('prefers names used alike, near, and not read anywhere', async () => {
    const text =
      'import { g } from "./g.js";\nfunction f(rows, cols) {\n  for (const r of rows) g(r);\n  for (const c of rows) g(c);\n}\n';
    expect((await changes('name', 'javascript', text)).slice(0, 4)).toMatchInlineSnapshot(`
      [
        "for (const r of cols) g(r);",
        "for (const c of cols) g(c);",
        "for (const r of r) g(r);",
        "for (const c of r) g(c);",
      ]
    `);
  });
  it('sets right what nothing binds, at either end', async () => {
    const text = 'def f(item):\n    total = 1\n    return itm + total\n';
    expect((await changes('name', 'python', text)).slice(0, 3)).toMatchInlineSnapshot(`
      [
        "return item + total",
        "return total + total",
        "def f(total):",
      ]
    `);
  });
  it('adds a forgotten self', async () => {
    const text = 'class A:\n    def f(self, total):\n        self.total = 1\n        return total\n';
    expect(await changes('name', 'python', text)).toContain('return self.total');
  });
  it('other properties of the same object', async () => {
    expect(await changes('member', 'javascript', 'f(node.left, node.right);\n')).toMatchInlineSnapshot(`
      [
        "f(node.right, node.right);",
        "f(node.left, node.left);",
        "f(node, node.right);",
        "f(node.left, node);",
      ]
    `);
  });
});

describe('arguments', () => {
  it('swaps, drops, adds what the callee declares', async () => {
    const text =
      'def area(width, height, depth=1):\n    return width\n\ndef f(w, h, depth):\n    return area(h, w)\n';
    expect(await changes('arguments', 'python', text)).toMatchInlineSnapshot(`
      [
        "return area(w, h)",
        "return area(h, w, depth)",
        "return area(h)",
        "return area(w)",
        "return area(h, w, None)",
        "return area(h, w, False)",
        "return area(h, w, '')",
        "return area(h, w, 0)",
        "return area(h, w, True)",
        "return area(h, w, 1)",
        "return area(h, w, [])",
        "return area(h, w, {})",
      ]
    `);
  });
});

describe('wrap', () => {
  it('rounds a quotient', async () => {
    expect(
      (await changes('wrap', 'javascript', 'const mid = (a + b) / 2;\n')).slice(0, 4),
    ).toMatchInlineSnapshot(`
      [
        "const mid = Math.floor((a + b) / 2);",
        "const mid = Math.floor(a + b) / 2;",
        "const mid = Math.round((a + b) / 2);",
        "const mid = Math.ceil((a + b) / 2);",
      ]
    `);
  });
  it('copies what is handed on', async () => {
    const text = 'def f(items):\n    for i in items:\n        g(i)\n    return items\n';
    expect(await changes('wrap', 'python', text)).toContain('return list(items)');
  });
  it('takes a call off', async () => {
    expect(await changes('wrap', 'javascript', 'const a = String(b);\n')).toContain('const a = b;');
  });
});

describe('sibling', () => {
  it('methods and functions', async () => {
    expect(await changes('sibling', 'javascript', 'Math.floor(a.find(b));\n')).toMatchInlineSnapshot(`
      [
        "Math.ceil(a.find(b));",
        "Math.floor(a.filter(b));",
        "Math.round(a.find(b));",
        "Math.floor(a.findLast(b));",
        "Math.trunc(a.find(b));",
        "Math.floor(a.some(b));",
      ]
    `);
    expect(await changes('sibling', 'python', 'a = any(b.lstrip() for b in c)\n')).toMatchInlineSnapshot(`
      [
        "a = all(b.lstrip() for b in c)",
        "a = any(b.strip() for b in c)",
        "a = any(b.rstrip() for b in c)",
      ]
    `);
  });
});

describe('idiom', () => {
  it('JavaScript', async () => {
    expect(
      await changes('idiom', 'javascript', 'for (const a in list) list.sort();\n'),
    ).toMatchInlineSnapshot(`
      [
        "for (const a in list) list.sort((a, b) => a - b);",
        "for (const a of list) list.sort();",
        "for (const a in list) list.sort((a, b) => b - a);",
      ]
    `);
    expect(
      (await changes('idiom', 'javascript', "a.replace(/b+/, '');\n")).slice(0, 4),
    ).toMatchInlineSnapshot(`
      [
        "a.replace(/b+/g, '');",
        "a.replace(/b+/i, '');",
        "a.replace(/b*/, '');",
        "a.replace(/b+?/, '');",
      ]
    `);
  });
  it('Python', async () => {
    expect(
      await changes('idiom', 'python', 'def f(a, b=[]):\n    return sorted(a)\n'),
    ).toMatchInlineSnapshot(`
      [
        "def f(a, b=None): ⏎     if b is None: ⏎         b = [] ⏎     return sorted(a)",
        "return sorted(a, reverse=True)",
      ]
    `);
  });
});

describe('guard', () => {
  it('returns early', async () => {
    const list = await changes('guard', 'python', 'def f(items):\n    return items[0]\n');
    expect(list).toContain('    if not items: ⏎         return None ⏎     return items[0]');
  });
  it('guards a member', async () => {
    expect(await changes('guard', 'javascript', 'const a = b.c;\n')).toMatchInlineSnapshot(`
      [
        "const a = b?.c;",
      ]
    `);
  });
});

describe('missing-keyword', () => {
  it('await for what the file declares async', async () => {
    const text = 'async function load() {}\nasync function f() {\n  const a = load();\n  g();\n}\n';
    expect(await changes('missing-keyword', 'javascript', text)).toMatchInlineSnapshot(`
      [
        "const a = await load();",
        "return g();",
        "await g();",
        "return await g();",
      ]
    `);
  });
  it('break at the end of a case', async () => {
    expect(
      await changes(
        'missing-keyword',
        'javascript',
        'switch (a) {\n  case 1:\n    b();\n  case 2:\n    c();\n    break;\n}\n',
      ),
    ).toMatchInlineSnapshot(`
      [
        "    b(); ⏎     break;",
        "continue;",
        "return;",
      ]
    `);
  });
});

describe('branch', () => {
  it('swaps arms and branches', async () => {
    expect(await changes('branch', 'javascript', 'const a = b ? c : d;\n')).toMatchInlineSnapshot(`
      [
        "const a = b ? d : c;",
        "const a = c;",
        "const a = d;",
      ]
    `);
    expect(await changes('branch', 'python', 'if a:\n    b()\nif c:\n    d()\n')).toMatchInlineSnapshot(`
      [
        "elif c:",
      ]
    `);
  });
});

describe('statement', () => {
  it('moves out of, into and past', async () => {
    const text = 'def f(a):\n    s = 0\n    for b in a:\n        s += b\n        t = s\n    return t\n';
    expect(await changes('statement', 'python', text)).toMatchInlineSnapshot(`
      [
        "t = s",
        "    for b in a: ⏎         s += b ⏎         t = s ⏎     s = 0",
        "        t = s ⏎         s += b",
        "return t",
        "    s += b ⏎     for b in a: ⏎         t = s",
      ]
    `);
  });
  it('JavaScript blocks', async () => {
    const text = 'function f(a) {\n  for (const b of a) {\n    g(b);\n    return 1;\n  }\n  h();\n}\n';
    expect(await changes('statement', 'javascript', text)).toMatchInlineSnapshot(`
      [
        "  for (const b of a) { ⏎     g(b); ⏎   } ⏎   return 1;",
        "  h(); ⏎   for (const b of a) { ⏎     g(b); ⏎     return 1; ⏎   }",
        "    return 1; ⏎     h(); ⏎   }",
        "  g(b); ⏎   for (const b of a) { ⏎     return 1; ⏎   }",
      ]
    `);
  });
  it('deletes, leaving no empty block behind', async () => {
    expect(await changes('deletion', 'python', 'if a:\n    b()\n')).toMatchInlineSnapshot(`
      [
        "pass",
      ]
    `);
  });
});

describe('ingredient', () => {
  it('takes expressions of the same sort from the file', async () => {
    const text = 'function f(a, b) {\n  g(a.size - 1);\n  return h(b.size - 2);\n}\n';
    expect(await changes('ingredient', 'javascript', text)).toContain('return h(a.size - 1);');
  });
});
