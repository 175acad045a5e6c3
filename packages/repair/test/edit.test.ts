import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdit, editOf, uniqueEdit } from '../src/edit.ts';
import { readSource } from '../src/source.ts';

const SEED = 20261121;

describe('edits', () => {
  it('are whole lines, and take a line that becomes empty away', async () => {
    const source = await readSource('a.py', 'python', 'a = 1\nb = 2\nc = 3\n');
    expect(editOf(source, { start: 10, end: 11, text: '5', weight: 1 })).toEqual({
      path: 'a.py',
      line: 2,
      old: 'b = 2',
      new: 'b = 5',
    });
    expect(editOf(source, { start: 6, end: 11, text: '', weight: 1 })).toEqual({
      path: 'a.py',
      line: 2,
      old: 'b = 2\n',
      new: '',
    });
  });

  const line = fc.constantFrom('a', 'b', '  a', '', 'ab');
  it(`say what a change says, and still do when grown to be unique (seed ${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 1, maxLength: 8 }),
        fc.nat(),
        fc.nat(),
        fc.constantFrom('', 'x', 'x\n  y', 'a'),
        async (lines, from, length, put) => {
          const text = `${lines.join('\n')}\n`;
          const start = from % text.length;
          const end = Math.min(text.length - 1, start + (length % 4));
          if (end < start) return;
          const source = await readSource('a.py', 'python', text);
          const edit = editOf(source, { start, end, text: put, weight: 1 });
          const changed = applyEdit(text, edit);
          // White space at line ends is tidied, and an emptied line is dropped: nothing else may differ.
          const plain = (value: string) =>
            value
              .replaceAll(/[ \t]+$/gm, '')
              .replaceAll(/\n+/g, '\n')
              .trim();
          expect(plain(changed)).toBe(plain(text.slice(0, start) + put + text.slice(end)));
          const grown = uniqueEdit(text, edit);
          if (grown.old === '' || text.split(grown.old).length !== 2) return;
          expect(text.replace(grown.old, () => grown.new)).toBe(changed);
        },
      ),
      { seed: SEED },
    );
  });
});
