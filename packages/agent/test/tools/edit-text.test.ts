import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestLines, numbered, occurrences } from '../../src/tools/edit-text.ts';

describe('occurrences', () => {
  it('finds every place, overlaps included, with its line', () => {
    expect(occurrences('aaa\naa', 'aa')).toEqual([
      { index: 0, line: 1 },
      { index: 1, line: 1 },
      { index: 4, line: 2 },
    ]);
    expect(occurrences('abc', 'x')).toEqual([]);
  });

  it('agrees with the text at each place', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '\n') }),
        fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 3 }),
        (text, wanted) => {
          for (const { index, line } of occurrences(text, wanted)) {
            expect(text.slice(index, index + wanted.length)).toBe(wanted);
            expect(text.slice(0, index).split('\n')).toHaveLength(line);
          }
        },
      ),
    );
  });
});

describe('nearestLines', () => {
  const text = 'function add(a, b) {\n  return a + b;\n}\n';

  it('says when only white space differs', () => {
    expect(nearestLines(text, 'function add(a,b) {\n    return a + b;')).toMatchInlineSnapshot(`
      "Look at line 1 (only white space differs):
           1	function add(a, b) {
           2	  return a + b;"
    `);
  });

  it('says so too when it is a blank line, in either of them', () => {
    const expected = 'Look at line 1 (only white space differs):';
    expect(nearestLines(text, 'function add(a, b) {\n\n  return a + b;')).toContain(expected);
    const spread = nearestLines(
      'function add(a, b) {\n\n  return a + b;\n}\n',
      'function add(a, b) {\n  return a + b;',
    );
    expect(spread).toContain(expected);
    expect(spread).toContain('3\t  return a + b;');
  });

  it('finds a long block in a long text by the lines they share, comparing a bounded number', () => {
    const line = (n: number) => `const value${n} = compute(${n}, options);`;
    const long = Array.from({ length: 20_000 }, (_, n) => line(n));
    const block = long.slice(12_000, 17_000);
    block[0] = 'const value12000 = compute(12000, other);';
    // Each block with each would be 75 million lines.
    expect(nearestLines(long.join('\n'), block.join('\n'))).toContain(
      'Look at line 12001 (the nearest lines, 99 % alike)',
    );
  });

  it('shows the most similar lines', () => {
    expect(nearestLines(text, '  return a - b;')).toContain('2\t  return a + b;');
  });

  it('says when nothing is similar', () => {
    expect(nearestLines(text, 'import os')).toContain('Nothing in it is similar');
  });
});

describe('numbered', () => {
  it('clamps its range and shows lines with their own numbers', () => {
    expect(numbered('a\r\nb\nc', 2, 9)).toBe('     2\tb\n     3\tc');
  });
});
