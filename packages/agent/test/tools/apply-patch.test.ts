import { ModelFacingError } from '@heddle/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traitsOf } from '../../src/model-traits.ts';
import { applyPatchTool } from '../../src/tools/apply-patch.ts';
import { parsePatch } from '../../src/tools/patch/parse.ts';
import { patched } from '../../src/tools/patch/place.ts';
import { defaultToolsOf } from '../../src/tools/registry.ts';
import { workbench } from './workbench.ts';

const PYTHON =
  'class A:\n    def f(self):\n        x = 1\n        return x\n\nclass B:\n    def f(self):\n        x = 1\n        return x\n';

async function patcher(files: Record<string, string>) {
  const bench = await workbench(files);
  const input = (...lines: string[]) => ['*** Begin Patch', ...lines, '*** End Patch'].join('\n');
  return {
    ...bench,
    patch: async (...lines: string[]) =>
      (await bench.use(applyPatchTool, { input: input(...lines) })).content,
    refusedPatch: (...lines: string[]) =>
      bench.use(applyPatchTool, { input: input(...lines) }).then(
        ({ content }) => `done: ${content}`,
        ({ code, message }) => `${code}: ${message}`,
      ),
  };
}

describe('apply_patch', () => {
  it('adds, changes, moves and deletes files in one go', async () => {
    const files = { 'a.py': PYTHON, 'old/b.txt': 'one\ntwo\n', 'c.txt': 'x\n' };
    const { patch, read, workspace } = await patcher(files);
    const told = await patch(
      '*** Add File: new/d.txt',
      '+first',
      '+',
      '+third',
      '*** Update File: a.py',
      '@@ class B:',
      '@@     def f(self):',
      '-        x = 1',
      '+        x = 2',
      '+        x += 1',
      '         return x',
      '*** Update File: old/b.txt',
      '*** Move to: b.txt',
      '@@',
      ' one',
      '-two',
      '+2',
      '*** Delete File: c.txt',
    );
    expect(told).toMatchInlineSnapshot(`
      "Added new/d.txt (3 lines).
      Changed a.py. It now reads:
           4	        return x
           5	
           6	class B:
           7	    def f(self):
           8	        x = 2
           9	        x += 1
          10	        return x
      Moved old/b.txt to b.txt. It now reads:
           1	one
           2	2
      Deleted c.txt."
    `);
    expect(await read('new/d.txt')).toBe('first\n\nthird\n');
    expect(await read('a.py')).toBe(
      PYTHON.replace(/x = 1\n {8}return x\n$/, 'x = 2\n        x += 1\n        return x\n'),
    );
    expect(await read('b.txt')).toBe('one\n2\n');
    expect([await workspace.files.stat('old/b.txt'), await workspace.files.stat('c.txt')]).toEqual([
      null,
      null,
    ]);
  });

  it('makes hunks in their order, adds without old lines, removes whole lines', async () => {
    const { patch, refusedPatch, read } = await patcher({ 'a.txt': 'a\nb\nc\nd\nb\ne' });
    expect(await refusedPatch('*** Update File: a.txt', '@@ d', '-b', '+B', '@@ d', '+x')).toContain(
      'Hunk 2 of a.txt: no line "d" (from its "@@") below line 5',
    );
    expect(await read('a.txt')).toBe('a\nb\nc\nd\nb\ne');
    await patch(
      '*** Update File: a.txt',
      '@@ a',
      '-b',
      '@@ d',
      '-b',
      '+B',
      '@@',
      ' e',
      '+f',
      '*** End of File',
    );
    expect(await read('a.txt')).toBe('a\nc\nd\nB\ne\nf');
    await patch('*** Update File: a.txt', '@@ c', '+c2');
    expect(await read('a.txt')).toBe('a\nc\nc2\nd\nB\ne\nf');
    await patch('*** Update File: a.txt', '+end');
    expect(await read('a.txt')).toBe('a\nc\nc2\nd\nB\ne\nf\nend');
  });

  it('keeps line ends, climbs the ladder and says so', async () => {
    const { patch, read } = await patcher({ 'a.txt': 'one  \r\ntwo\r\n' });
    const told = await patch('*** Update File: a.txt', ' one', '-two', '+2', '+3');
    expect(told).toContain('matched with trailing white space ignored');
    expect(await read('a.txt')).toBe('one\r\n2\r\n3\r\n');
  });

  it('is read from a here-document too', async () => {
    const { use, read } = await patcher({});
    const input = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: a.txt\n+x\n*** End Patch\nEOF";
    await use(applyPatchTool, { input });
    expect(await read('a.txt')).toBe('x\n');
  });

  it('changes nothing where a part does not fit, and says which', async () => {
    const { refusedPatch, read, workspace } = await patcher({ 'a.py': PYTHON, 'b.txt': 'one\n' });
    const told = await refusedPatch(
      '*** Update File: b.txt',
      '-one',
      '+1',
      '*** Update File: a.py',
      '-        x = 1',
      '+        x = 2',
      '*** Add File: b.txt',
      '+x',
      '*** Update File: gone.txt',
      '-a',
      '+b',
    );
    expect(told).toMatchInlineSnapshot(`
      "patch-failed: Nothing was changed: 3 of 4 files of the patch do not fit. Mend these and send the whole patch again.
      a.py: Hunk 1 of a.py matches 2 places (lines 3, 8). add "@@" with a line above the one you mean, or more unchanged lines.
      b.txt: b.txt exists already. use "*** Update File:" for it.
      gone.txt: gone.txt does not exist"
    `);
    expect(await read('b.txt')).toBe('one\n');
    expect(
      await refusedPatch(
        '*** Add File: c.txt',
        '+x',
        '*** Update File: a.py',
        '@@ class B:',
        '     def f(self):',
        '-        x = 1',
        '+        x = (1',
      ),
    ).toMatch(/^syntax/);
    expect(await workspace.files.stat('c.txt')).toBeNull();
    expect(await refusedPatch('*** Update File: a.py', '@@ class C:', '-x', '+y')).toContain(
      'no line "class C:"',
    );
    expect(await refusedPatch('*** Delete File: b.txt', '*** Update File: b.txt', '-one', '+1')).toContain(
      'names b.txt twice',
    );
  });

  it('puts back what was written where a later file cannot be', async () => {
    const { refusedPatch, read, workspace } = await patcher({ 'a.txt': 'one\n', 'b.txt': 'x\n' });
    const told = await refusedPatch(
      '*** Update File: a.txt',
      '-one',
      '+1',
      '*** Add File: new.txt',
      '+new',
      '*** Add File: b.txt/c.txt',
      '+x',
    );
    expect(told).not.toMatch(/^done/);
    expect([await read('a.txt'), await read('b.txt')]).toEqual(['one\n', 'x\n']);
    expect(await workspace.files.stat('new.txt')).toBeNull();
  });

  it.each([
    ['no end', '*** Begin Patch\n*** Add File: a\n+x', 'it may have been cut off'],
    ['no beginning', 'diff --git a b', 'no line "*** Begin Patch"'],
    ['no file', '*** Begin Patch\n*** End Patch', 'names no file'],
    ['a stray line', '*** Begin Patch\n*** Update File: a.txt\nx\n*** End Patch', 'begins with none of'],
    ['no change', '*** Begin Patch\n*** Update File: a.txt\n x\n*** End Patch', 'neither "-" nor "+"'],
    ['no plus', '*** Begin Patch\n*** Add File: b.txt\nx\n*** End Patch', 'does not begin with "+"'],
  ])('refuses one it cannot read: %s', async (_, input, why) => {
    const { use } = await patcher({ 'a.txt': 'x\n' });
    await expect(use(applyPatchTool, { input })).rejects.toMatchObject({
      code: 'bad-patch',
      message: expect.stringContaining(why),
    });
  });
});

describe('any patch', () => {
  const line = fc.constantFrom('a', 'b', 'c', '', '  a', 'd e', '+', '-', '@@', '*** End of File');

  it('that is one is read as it was written, any text at all is read or refused', () => {
    const body = fc.array(fc.tuple(fc.constantFrom(' ', '+', '-', '@@ ', ''), line), { maxLength: 8 });
    fc.assert(
      fc.property(body, fc.constantFrom('Add', 'Update', 'Delete'), (rows, kind) => {
        const lines = rows.map(([mark, text]) => mark + text);
        try {
          parsePatch(['*** Begin Patch', `*** ${kind} File: f`, ...lines, '*** End Patch'].join('\n'));
        } catch (error) {
          expect(error).toBeInstanceOf(ModelFacingError);
        }
      }),
    );
  });

  it('made from two texts turns the one into the other, whatever the line ends', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, fc.constantFrom('\n', '\r\n'), (before, after, end) => {
        const old = before.map((each) => each + end).join('');
        const hunk = [...before.map((each) => `-${each}`), ...after.map((each) => `+${each}`)];
        const text = ['*** Begin Patch', '*** Update File: f', '@@', ...hunk, '*** End Patch'].join('\n');
        const [patch] = parsePatch(text);
        if (patch?.kind !== 'update') throw new Error('an update is due');
        expect(patched('f', old, patch.hunks).text).toBe(after.map((each) => each + end).join(''));
      }),
    );
  });
});

describe('models', () => {
  it('trained on patches get the tool beside edit', () => {
    expect(defaultToolsOf('openai/gpt-5.2-codex')).toEqual([
      'bash',
      'edit',
      'apply_patch',
      'recall',
      'ask',
      'finish',
    ]);
    expect(defaultToolsOf('openrouter/openai/o4-mini')).toContain('apply_patch');
    for (const id of ['anthropic/claude-opus-4', 'google/gemini-3-pro', 'repair', 'relay', 'openai/gpt-4o'])
      expect(defaultToolsOf(id)).toEqual(['bash', 'edit', 'recall', 'ask', 'finish']);
    expect(traitsOf('compatible/some-model')).toEqual({ sees: false, patches: false });
  });
});
