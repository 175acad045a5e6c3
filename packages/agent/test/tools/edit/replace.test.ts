import { describe, expect, it } from 'vitest';
import { workbench } from '../workbench.ts';

const PYTHON =
  'class A:\n    def f(self):\n        x = 1\n        return x\n\n    def g(self):\n        x = 1\n        return x + 1\n';

describe('several edits in one call', () => {
  it('are all matched against the files as they were, over several files', async () => {
    const { edit, read } = await workbench({ 'a.txt': 'one\ntwo\nthree\n', 'b.txt': 'one\n' });
    const shown = await edit({
      command: 'replace',
      path: 'a.txt',
      edits: [
        { old: 'three', new: 'one' },
        { old: 'one', new: 'two' },
        { path: 'b.txt', old: 'one', new: '1' },
      ],
    });
    expect(await read('a.txt')).toBe('two\ntwo\none\n');
    expect(await read('b.txt')).toBe('1\n');
    expect(shown).toContain('Changed a.txt');
    expect(shown).toContain('Changed b.txt');
    await edit({ command: 'undo', path: 'a.txt' });
    await edit({ command: 'undo', path: 'b.txt' });
    expect([await read('a.txt'), await read('b.txt')]).toEqual(['one\ntwo\nthree\n', 'one\n']);
  });

  it('are made all or none, and each is told what is wrong with it', async () => {
    const { refused, read } = await workbench({ 'a.txt': 'one\ntwo\ntwo\nlast line here\n' });
    const told = await refused({
      command: 'replace',
      path: 'a.txt',
      edits: [
        { old: 'one', new: '1' },
        { old: 'two', new: '2' },
        { old: 'last line there', new: 'x' },
        { path: 'gone.txt', old: 'a', new: 'b' },
        { old: 'never was', new: 'last line here' },
      ],
    });
    expect(told).toMatchInlineSnapshot(`
      "edits-failed: Nothing was changed: 4 of 5 edits do not fit. Mend them and send all again.
      Edit 1: fits a.txt at line 1.
      Edit 2: old occurs 2 times in a.txt (lines 2, 3). Include more of the lines around the one you mean, or name its first line with "line". "all": true replaces every one.
      Edit 3: No match in a.txt.
      Look at line 4 (the nearest lines, 66 % alike):
           4	last line here
      Edit 4: gone.txt does not exist
      Edit 5: No match in a.txt. The new text is there already, at line 4: was this edit made before?
      Nothing in it is similar. View the file and copy the text from there."
    `);
    expect(await read('a.txt')).toBe('one\ntwo\ntwo\nlast line here\n');
  });

  it('may not touch the same text', async () => {
    const { refused } = await workbench({ 'a.txt': 'one two three\n' });
    const edits = [
      { old: 'one two', new: '1' },
      { old: 'two three', new: '2' },
    ];
    expect(await refused({ command: 'replace', path: 'a.txt', edits })).toContain(
      'Edit 2: It changes the same text of a.txt (line 1) as edit 1',
    );
  });

  it('need a path each where the call has none, and go without old and new', async () => {
    const { refused, edit } = await workbench({ 'a.txt': 'one\n' });
    expect(await refused({ command: 'replace', edits: [{ old: 'one', new: '1' }] })).toContain(
      'needs "path"',
    );
    expect(
      await refused({ command: 'replace', path: 'a.txt', old: 'x', edits: [{ old: 'one', new: '1' }] }),
    ).toContain('either old and new, or edits');
    await edit({ command: 'replace', edits: [{ path: './a.txt', old: 'one', new: '1' }] });
  });
});

describe('which of several matches', () => {
  it('is chosen by its line', async () => {
    const { edit, refused, read } = await workbench({ 'a.py': PYTHON });
    const wish = { command: 'replace', path: 'a.py', old: 'x = 1', new: 'x = 2' } as const;
    expect(await refused(wish)).toMatch(/^ambiguous: old occurs 2 times in a\.py \(lines 3, 7\)/);
    expect(await refused({ ...wish, line: 4 })).toContain('Not one of them alone is at line 4');
    await edit({ ...wish, line: 7 });
    expect(await read('a.py')).toBe(PYTHON.replace(/x = 1\n(?= {8}return x \+)/, 'x = 2\n'));
  });

  it('can be every one, also beyond those that are listed', async () => {
    const { edit, read } = await workbench({ 'a.txt': 'ab '.repeat(50) });
    await edit({ command: 'replace', path: 'a.txt', old: 'ab', new: 'c', all: true });
    expect(await read('a.txt')).toBe('c '.repeat(50));
  });
});

describe('the ladder of matches', () => {
  const cases: [name: string, text: string, old: string, put: string, after: string, level: string][] = [
    ['trailing space', 'a  \nb\nc\n', 'a\nb', 'x\ny', 'x\ny\nc\n', 'trailing white space ignored'],
    [
      'space at both ends',
      'if (a) {\n    b();\n}\n',
      '\n\n  b();  \n',
      '\n  c();\n',
      'if (a) {\n    c();\n}\n',
      'white space at both ends of the text ignored',
    ],
    [
      'typographic quotes',
      'say(“hi”) — now\n',
      'say("hi") - now',
      'say("ho")',
      'say("ho")\n',
      'quotes, dashes and spaces taken as equal',
    ],
    [
      'indentation',
      PYTHON,
      'def g(self):\n    x = 1\n    return x + 1',
      'def g(self):\n    y = 1\n    if y:\n        y += 1\n    return y',
      PYTHON.replace(
        '        x = 1\n        return x + 1',
        '        y = 1\n        if y:\n            y += 1\n        return y',
      ),
      'indentation ignored',
    ],
    [
      'tabs for spaces',
      'f() {\n\tif a {\n\t\tb\n\t}\n}\n',
      '  if a {\n    b\n  }',
      '  if a {\n    b\n    if c {\n      d\n    }\n  }',
      'f() {\n\tif a {\n\t\tb\n\t\tif c {\n\t\t\td\n\t\t}\n\t}\n}\n',
      'indentation ignored',
    ],
    [
      'anchors',
      'begin one\nvalue = compute(first, second)\nother line\nend one\n',
      'begin one\nvalue = compute(first, third)\nother line\nend one',
      'x',
      'x\n',
      'first and last line equal, the lines between nearly so',
    ],
  ];
  it.each(cases)('%s', async (_, text, old, put, after, level) => {
    const { edit, read } = await workbench({ 'a.txt': text });
    const told = await edit({ command: 'replace', path: 'a.txt', old, new: put });
    expect(await read('a.txt')).toBe(after);
    expect(told).toContain(`matched with ${level}`);
  });

  it('shows the lines that an anchored match replaces though they were not as written', async () => {
    const { edit } = await workbench({ 'a.txt': 'begin\nvalue = compute(first, second)\nother\nend\n' });
    const old = 'begin\nvalue = compute(first, third)\nother\nend';
    const told = await edit({ command: 'replace', path: 'a.txt', old, new: 'x' });
    expect(told).toContain('     2\tvalue = compute(first, second)');
  });

  it('never applies a loose match that is not the only one', async () => {
    const text = 'if a:\n    b()\n    c()\nif d:\n        b()\n        c()\n';
    const { refused, read } = await workbench({ 'a.txt': text });
    const told = await refused({
      command: 'replace',
      path: 'a.txt',
      old: '  b()\n  c()',
      new: 'x',
      all: true,
    });
    expect(told).toMatch(/^ambiguous: .*\(lines 2, 5\) \(indentation ignored\)/);
    expect(await read('a.txt')).toBe(text);
  });
});

describe('a file that changed since it was seen', () => {
  it('is not edited until it is viewed again', async () => {
    const { edit, refused, workspace, read } = await workbench({ 'a.txt': 'one\ntwo\n' });
    await edit({ command: 'view', path: 'a.txt' });
    await workspace.exec('echo three >> a.txt');
    const wish = { command: 'replace', path: './a.txt', old: 'one', new: '1' } as const;
    expect(await refused(wish)).toMatch(/^stale: .*View it again/);
    expect(await refused({ command: 'insert', path: 'a.txt', line: 0, text: 'x' })).toMatch(/^stale/);
    await edit({ command: 'view', path: `${workspace.root}/a.txt` });
    await edit(wish);
    await edit({ command: 'replace', path: 'a.txt', old: 'two', new: '2' });
    expect(await read('a.txt')).toBe('1\n2\nthree\n');
  });
});

describe('the syntax gate', () => {
  it('refuses an edit that brings an error in, with the place and both versions', async () => {
    const { refused, read } = await workbench({ 'a.py': PYTHON });
    const told = await refused({
      command: 'replace',
      path: 'a.py',
      old: 'return x + 1',
      new: 'return (x + 1',
    });
    expect(told).toMatchInlineSnapshot(`
      "syntax: This would break the syntax of a.py (line 8: unexpected "return (x + 1" (column 9)). Nothing was changed.
      It would read:
           5	
           6	    def g(self):
           7	        x = 1
           8	        return (x + 1
      It reads now:
           5	
           6	    def g(self):
           7	        x = 1
           8	        return x + 1
      Mend the new text and send the edit again; if it is right as it is, send it with force: true."
    `);
    expect(await read('a.py')).toBe(PYTHON);
  });

  it('is passed by force, and by a file broken already', async () => {
    const { edit, read, refused } = await workbench({ 'a.js': 'let a = (1;\nlet b = 2;\n' });
    await edit({ command: 'replace', path: 'a.js', old: 'b = 2', new: 'b = 3' });
    expect(await refused({ command: 'replace', path: 'a.js', old: 'b = 3', new: 'b = [3' })).toMatch(
      /^syntax/,
    );
    await edit({ command: 'replace', path: 'a.js', old: 'b = 3', new: 'b = [3', force: true });
    expect(await read('a.js')).toBe('let a = (1;\nlet b = [3;\n');
  });

  it.each([
    ['a.json', '{"a": 1}\n', '1}', '1'],
    ['a.go', 'package a\n\nfunc f() {}\n', '{}', '{'],
    ['a.sh', 'if true; then echo a; fi\n', 'fi', ''],
    ['a.c', 'int f(void) { return 1; }\n', '(void)', '(void'],
  ])('knows %s', async (path, text, old, put) => {
    const { refused } = await workbench({ [path]: text });
    expect(await refused({ command: 'replace', path, old, new: put })).toMatch(/^syntax/);
    const created = await refused({ command: 'create', path: `new/${path}`, text: text.replace(old, put) });
    expect(created).toMatch(/^syntax/);
  });
});

describe('a stand-in for code left out', () => {
  const standIns = [
    '// ... existing code ...',
    '# rest of the function',
    '/* unchanged */',
    '// (remaining methods stay the same)',
    '# existing code',
    '// rest of the file remains unchanged',
    '// ...rest of code',
    '<!-- remaining content -->',
    '... the other methods',
  ];
  it.each(standIns)('%s', async (line) => {
    const { refused } = await workbench({ 'a.txt': 'one\ntwo\n' });
    const told = await refused({ command: 'replace', path: 'a.txt', old: 'one', new: `1\n${line}` });
    expect(told).toMatch(/^placeholder: /);
  });

  it('is no stand-in where the old text has it, or code and prose say something', async () => {
    const { edit } = await workbench({ 'a.txt': '// ... existing code ...\none\n' });
    const old = '// ... existing code ...\none';
    await edit({ command: 'replace', path: 'a.txt', old, new: old.replace('one', '1') });
    for (const line of [
      '...',
      'f(...rest)',
      '# the rest of the arguments is passed on',
      '// unchanged files keep their id',
      '# ... and so on',
      '// Other methods',
      '* Remaining tests',
      '// The rest of the tests use the fixture',
      '// existing tests come first',
      '# Same as before, but slower',
      '// Other methods',
      '* Remaining tests',
      '// The rest of the tests use the fixture',
      '// existing tests come first',
      '# Same as before, but slower',
    ])
      await edit({ command: 'insert', path: 'a.txt', line: 0, text: line });
  });
});
