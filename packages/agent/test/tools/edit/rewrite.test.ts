import { describe, expect, it } from 'vitest';
import { workbench } from '../workbench.ts';

const PYTHON =
  '# about A\nclass A:\n    @dec\n    def f(self):\n        return 1\n\n    def g(self):\n        return 2\n\n\ndef g():\n    return 3\n';
const JS =
  '/** Adds. */\nexport function add(a, b) {\n  return a - b;\n}\n\nclass C {\n  m() {\n    return 1;\n  }\n}\n';

describe('rewrite', () => {
  it('replaces a whole definition by its name, as deep as it was', async () => {
    const { edit, read } = await workbench({ 'a.py': PYTHON, 'a.js': JS });
    const text = 'def g(self):\n    x = 4\n    return x\n';
    await edit({ command: 'rewrite', path: 'a.py', symbol: 'A.g', text });
    const expected = PYTHON.replace('        return 2', '        x = 4\n        return x');
    expect(await read('a.py')).toBe(expected);
    await edit({ command: 'rewrite', path: 'a.py', symbol: 'A.f', text: '@dec\ndef f(self):\n    return 5' });
    expect(await read('a.py')).toBe(expected.replace('return 1', 'return 5'));
    // The first line bare, the others as they stand in the file.
    await edit({ command: 'rewrite', path: 'a.js', symbol: 'm', text: 'm() {\n    return 2;\n  }' });
    expect(await read('a.js')).toBe(JS.replace('return 1', 'return 2'));
    await edit({ command: 'undo', path: 'a.js' });
    expect(await read('a.js')).toBe(JS);
  });

  it('takes the comment above with it where the new text has one', async () => {
    const { edit, read } = await workbench({ 'a.js': JS });
    const text = '/** Sums. */\nexport function add(a, b) {\n  return a + b;\n}\n';
    await edit({ command: 'rewrite', path: 'a.js', symbol: 'add', text });
    expect(await read('a.js')).toBe(JS.replace('Adds', 'Sums').replace('a - b', 'a + b'));
  });

  it('keeps Windows line ends', async () => {
    const { edit, read } = await workbench({ 'a.js': JS.replaceAll('\n', '\r\n') });
    await edit({
      command: 'rewrite',
      path: 'a.js',
      symbol: 'C.m',
      text: 'm() {\n  const x = 1;\n  return x;\n}',
    });
    const expected = JS.replace('    return 1;', '    const x = 1;\n    return x;');
    expect(await read('a.js')).toBe(expected.replaceAll('\n', '\r\n'));
  });

  it('lists what a name may mean, and takes a line to choose', async () => {
    const overloads = 'class A {\n  int f(int a) { return 1; }\n  int f(long a) { return 2; }\n}\n';
    const { edit, refused, read } = await workbench({ 'A.java': overloads, 'a.py': PYTHON, 'a.txt': 'x\n' });
    const wish = {
      command: 'rewrite',
      path: 'A.java',
      symbol: 'A.f',
      text: 'int f(long a) { return 3; }',
    } as const;
    expect(await refused(wish)).toMatchInlineSnapshot(
      `"ambiguous: "A.f" may be 2 things in A.java: A.f (method, line 2); A.f (method, line 3). Nothing was changed: give its whole path, or "line" with a line in the one you mean."`,
    );
    await edit({ ...wish, line: 3 });
    expect(await read('A.java')).toBe(overloads.replace('return 2', 'return 3'));
    expect(await refused({ ...wish, path: 'a.py', symbol: 'h' })).toMatchInlineSnapshot(
      `"no-symbol: There is no "h" in a.py. Nothing was changed. It defines: A (class, lines 2-8); A.f (method, lines 3-5); A.g (method, lines 7-8); g (function, lines 11-12)."`,
    );
    expect(await refused({ ...wish, path: 'a.txt' })).toMatch(/^no-grammar: .*use replace/);
    expect(await refused({ ...wish, path: 'a.py', symbol: 'A.f', text: 'def f(self:\n    pass' })).toMatch(
      /^syntax/,
    );
    expect(
      await refused({ ...wish, path: 'a.py', symbol: 'A.f', text: 'def f(self):\n    # ... rest of code' }),
    ).toMatch(/^placeholder/);
    expect(await read('a.py')).toBe(PYTHON);
  });
});

describe('a text in parts', () => {
  const part = (from: number) =>
    Array.from({ length: 3 }, (_, n) => `    x${from + n} = ${from + n}\n`).join('');

  it('is joined and applied by the call without more', async () => {
    const { edit, read } = await workbench({ 'a.py': PYTHON });
    const wish = { command: 'rewrite', path: 'a.py', symbol: 'g', more: true } as const;
    expect(await edit({ ...wish, text: `def g():\n${part(0)}` })).toContain('Kept 4 lines for g in a.py');
    expect(await edit({ ...wish, path: './a.py', text: part(3).trimEnd() })).toContain(
      'The last is "    x5 = 5"',
    );
    expect(await read('a.py')).toBe(PYTHON);
    await edit({ ...wish, more: false, text: part(6) });
    expect(await read('a.py')).toBe(PYTHON.replace('    return 3\n', part(0) + part(3) + part(6)));
  });

  it('is kept when its last part is refused, and dropped when asked', async () => {
    const { edit, refused, read } = await workbench({ 'a.py': PYTHON });
    const wish = { command: 'rewrite', path: 'a.py', symbol: 'g' } as const;
    await edit({ ...wish, text: `def g():\n${part(0)}`, more: true });
    expect(await refused({ ...wish, text: '    return (\n' })).toContain('(4 lines) are still kept');
    expect(await edit({ ...wish, text: '' })).toContain('Dropped');
    await edit({ ...wish, text: 'def g():\n    return 4\n' });
    expect(await read('a.py')).toBe(PYTHON.replace('return 3', 'return 4'));
  });

  it('makes a file too', async () => {
    const { edit, read, workspace } = await workbench({});
    await edit({ command: 'create', path: 'b.py', text: 'x = 1\n', more: true });
    expect(await workspace.files.stat('b.py')).toBeNull();
    await edit({ command: 'create', path: 'b.py', text: 'y = 2\n' });
    expect(await read('b.py')).toBe('x = 1\ny = 2\n');
  });
});

describe('a notebook', () => {
  const notebook = JSON.stringify(
    {
      cells: [
        { cell_type: 'markdown', metadata: {}, source: ['# Title\n', 'text'] },
        {
          cell_type: 'code',
          execution_count: 1.0,
          metadata: {},
          outputs: [{ data: { 'image/png': 'AAAA' } }],
          source: ['x = 1\n', 'y = 2'],
        },
        { cell_type: 'code', metadata: {}, outputs: [], source: [] },
      ],
      metadata: {},
      nbformat: 4,
    },
    null,
    1,
  );

  it('is viewed as its cells and edited in their sources; all else stays byte for byte', async () => {
    const { edit, read } = await workbench({ 'n.ipynb': `${notebook}\n` });
    expect(await edit({ command: 'view', path: 'n.ipynb' })).toMatchInlineSnapshot(`
      "     1	# %% cell 1 [markdown]
           2	# Title
           3	text
           4	# %% cell 2 [code]
           5	x = 1
           6	y = 2
           7	# %% cell 3 [code]
           8	
      [notebook: the sources of its cells]"
    `);
    await edit({ command: 'replace', path: 'n.ipynb', old: 'y = 2', new: 'y = "é"\nz = 3' });
    expect(await read('n.ipynb')).toBe(
      `${notebook.replace('    "y = 2"', '    "y = \\"é\\"\\n",\n    "z = 3"')}\n`,
    );
    await edit({ command: 'insert', path: 'n.ipynb', line: 7, text: 'print(x)' });
    expect(JSON.parse(await read('n.ipynb')).cells[1].source).toEqual([
      'x = 1\n',
      'y = "é"\n',
      'z = 3\n',
      'print(x)',
    ]);
    await edit({ command: 'undo', path: 'n.ipynb' });
    await edit({ command: 'undo', path: 'n.ipynb' });
    expect(await read('n.ipynb')).toBe(`${notebook}\n`);
  });

  it('keeps its cells: how to add one is said', async () => {
    const { refused } = await workbench({ 'n.ipynb': notebook });
    const told = await refused({ command: 'replace', path: 'n.ipynb', old: '# %% cell 2 [code]\n', new: '' });
    expect(told).toMatch(/^notebook-cells: .*change its JSON with bash/);
  });
});
