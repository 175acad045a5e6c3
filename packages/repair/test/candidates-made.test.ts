import { describe, expect, it } from 'vitest';
import { changes } from './changes.ts';

describe('operand', () => {
  it('takes off what the branch compared with', async () => {
    const text =
      'def take(a, page, size):\n    if page >= size:\n        return take(a, page, size * 2)\n    return a[page]\n';
    expect((await changes('operand', 'python', text))[0]).toBe('return take(a, page - size, size * 2)');
  });
  it('counts one less', async () => {
    expect(await changes('operand', 'python', 'def f(a):\n    return g(len(a))\n')).toEqual([
      'return g((len(a) - 1))',
      'return g((len(a) + 1))',
    ]);
  });
  it('leaves what is no number alone', async () => {
    expect(
      await changes('operand', 'javascript', 'function f(a) {\n  a.push(1);\n  return g(a);\n}\n'),
    ).toEqual([]);
  });
});

describe('update', () => {
  it('sets a variable anew that a loop only reads', async () => {
    const text =
      'def runs(items):\n    last = None\n    n = 0\n    for item in items:\n        if item != last:\n            n += 1\n    return n\n';
    expect(await changes('update', 'python', text)).toContain('            n += 1 ⏎         last = item');
  });
  it('keeps the most', async () => {
    const text =
      'function f(a) {\n  let best = 0;\n  for (const b of a) {\n    best = b.size;\n  }\n  return best;\n}\n';
    expect((await changes('update', 'javascript', text))[0]).toBe('best = Math.max(best, b.size);');
  });
});

describe('result', () => {
  it('works out what was a constant', async () => {
    const text = 'function f(a) {\n  let open = 0;\n  for (const b of a) open += b;\n  return true;\n}\n';
    expect(await changes('result', 'javascript', text)).toContain('return open === 0;');
  });
  it('hands back the only element, and what came before', async () => {
    const text =
      'def f(n):\n    if n:\n        return []\n    rest = f(n - 1)\n    return [x for x in rest]\n';
    const made = await changes('result', 'python', text);
    expect(made).toContain('return [n]');
    expect(made).toContain('return rest + [x for x in rest]');
  });
});

describe('part', () => {
  it('goes on behind what was handled', async () => {
    const text = 'def f(rows, n):\n    g(rows[:n])\n    for row in rows:\n        h(row)\n';
    expect(await changes('part', 'python', text)).toContain('for row in rows[n:]:');
  });
  it('JavaScript', async () => {
    const text = 'function f(rows) {\n  for (const row of rows) h(row);\n}\n';
    expect((await changes('part', 'javascript', text))[0]).toBe('for (const row of rows.slice(1)) h(row);');
  });
});

describe('exchange', () => {
  it('indices and tuples', async () => {
    expect(await changes('exchange', 'python', 'a = m[i, j]\n')).toEqual(['a = m[j, i]']);
    expect(await changes('exchange', 'javascript', 'const a = m[i][j];\n')).toEqual(['const a = m[j][i];']);
  });
});

describe('adapted', () => {
  it('says a call of the function again, with another name', async () => {
    const text =
      'def f(parts, tail):\n    out = []\n    for part in parts:\n        out.append(part)\n    return out\n';
    expect(await changes('adapted', 'python', text)).toContain('    out.append(tail) ⏎     return out');
  });
});

describe('condition', () => {
  it('asks first whether what it looks into is there', async () => {
    const text = 'function f(a) {\n  if (a.next.done) return 1;\n}\n';
    expect(await changes('condition', 'javascript', text)).toContain(
      'if (a != null && a.next.done) return 1;',
    );
  });
  it('takes the second smallest case for one of the smallest', async () => {
    const text = 'def f(a):\n    if len(a) == 0:\n        return a\n';
    expect(await changes('condition', 'python', text)).toContain('if len(a) <= 1:');
  });
});

describe('literal', () => {
  it('hardly flips the answer that would become the only one', async () => {
    const both = 'def f(a):\n    if a:\n        return False\n    g(False)\n    return True\n';
    const made = await changes('literal', 'python', both);
    expect(made.indexOf('return False')).toBeGreaterThan(made.indexOf('g(True)'));
  });
});

describe('what is opened', () => {
  it('is closed', async () => {
    expect(await changes('operand', 'python', "def f(a):\n    return '(' + a\n")).toContain(
      "return '(' + a + ')'",
    );
    expect(await changes('literal', 'javascript', "f('[tag');\n")).toContain("f('[tag]');");
  });
});

describe('a result', () => {
  it('is one that other functions give', async () => {
    const text = 'def f(a):\n    return NotImplemented\n\n\ndef g(a):\n    return None\n';
    expect(await changes('result', 'python', text)).toContain('return NotImplemented');
  });
});

describe('name', () => {
  it('does not leave a variable without a use', async () => {
    const text = 'def f(rows, width):\n    for row in rows:\n        g(row)\n        h(width, width)\n';
    const made = await changes('name', 'python', text);
    expect(made.indexOf('h(row, width)')).toBeLessThan(made.indexOf('g(rows)'));
  });
});
