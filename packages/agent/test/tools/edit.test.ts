import { openStore } from '@heddle/core';
import { openWorkspace, type Workspace } from '@heddle/workspace';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { UndoEntry } from '../../src/remembered.ts';
import type { ToolContext } from '../../src/tool.ts';
import { editTool } from '../../src/tools/edit.ts';
import { repository, temporaryFolder } from '../support.ts';

const opened: Workspace[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((workspace) => workspace.dispose()));
});

/** The edit tool over a real workspace; undo entries are kept as the fold keeps them. */
async function editor(files: Record<string, string>) {
  const home = temporaryFolder();
  const { workspace, base } = await openWorkspace({
    repo: repository(files),
    home,
    id: 'w',
    sandbox: 'host',
  });
  opened.push(workspace);
  const undo: UndoEntry[] = [];
  const { objects } = openStore(':memory:');
  const context: ToolContext = {
    workspace,
    objects,
    checks: [],
    view: {
      base,
      snapshot: base,
      undo,
      reviewed: null,
      summary: null,
      last: false,
      secondsLeft: 60,
      checkRun: () => ({ before: null, last: null }),
    },
    signal: new AbortController().signal,
    seed: 0,
    events: () => [],
    output: () => {},
    handle: (_, make) => make(),
  };
  return {
    workspace,
    read: async (path: string) => (await workspace.files.read(path)).toString('utf8'),
    async edit(input: Parameters<typeof editTool.run>[0]): Promise<string> {
      const { content, details } = await editTool.run(input, context);
      const { undo: entry, undone } = (details ?? {}) as { undo?: UndoEntry; undone?: string };
      if (entry !== undefined) undo.push(entry);
      if (undone !== undefined)
        undo.splice(
          undo.findLastIndex(({ path }) => path === undone),
          1,
        );
      return content;
    },
  };
}

const TEXT = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';

describe('edit', () => {
  it('views a file, a range of it, and says what is left out', async () => {
    const { edit } = await editor({
      'a.txt': TEXT,
      'gap.txt': 'one\n\nthree\n',
      'long.txt': Array.from({ length: 2_000 }, (_, i) => `${i + 1}`).join('\n'),
    });
    expect(await edit({ command: 'view', path: 'a.txt', range: [2, 3] })).toBe('     2\ttwo\n     3\tthree');
    const gap = await edit({ command: 'view', path: 'gap.txt', range: [1, 2] });
    expect(gap.split('\n')).toEqual(['     1\tone', '     2\t']);
    expect(await edit({ command: 'view', path: 'a.txt', range: [6, 99] })).toBe(
      '     6\tsix\n     7\tseven\n[a.txt has 7 lines]',
    );
    const long = await edit({ command: 'view', path: 'long.txt' });
    expect(long.split('\n').at(-1)).toBe('[lines 1-800 of 2000 shown; next: range [801, 1600]]');
  });

  it('lists a folder two levels deep, hidden entries counted', async () => {
    const { edit } = await editor({ 'a/b/c.txt': '', 'a/d.txt': '', '.x': '', 'e.txt': '' });
    expect(await edit({ command: 'view', path: '.' })).toMatchInlineSnapshot(`
      "a/
        b/
        d.txt
      e.txt
      [hidden entries not shown: 1]"
    `);
  });

  it('replaces a unique text and shows where it landed', async () => {
    const { edit, read } = await editor({ 'a.txt': TEXT });
    const shown = await edit({ command: 'replace', path: 'a.txt', old: 'four', new: 'FOUR\n4' });
    expect(await read('a.txt')).toBe(TEXT.replace('four', 'FOUR\n4'));
    expect(shown).toContain('     4\tFOUR\n     5\t4');
  });

  it('refuses a text that is missing or not unique, and says where to look', async () => {
    const { edit, read } = await editor({ 'a.txt': `${TEXT}two\n` });
    await expect(edit({ command: 'replace', path: 'a.txt', old: 'two', new: '2' })).rejects.toMatchObject({
      code: 'ambiguous',
      message: expect.stringContaining('lines 2, 8'),
    });
    const glued = edit({ command: 'replace', path: 'a.txt', old: 'two\nth ree', new: '3' });
    await expect(glued).rejects.toMatchObject({
      code: 'no-match',
      message: expect.stringContaining('Look at line 2 (only white space differs)'),
    });
    expect(await read('a.txt')).toBe(`${TEXT}two\n`);
  });

  it('keeps Windows line ends, a missing last newline and a byte order mark', async () => {
    const { edit, read } = await editor({
      'crlf.txt': 'a\r\nb\r\nc\r\n',
      'open.txt': 'a\nb',
      'bom.txt': '\ufeffa\n',
    });
    await edit({ command: 'replace', path: 'crlf.txt', old: 'a\nb', new: 'A\nB' });
    await edit({ command: 'insert', path: 'crlf.txt', line: 3, text: 'd' });
    expect(await read('crlf.txt')).toBe('A\r\nB\r\nc\r\nd\r\n');
    await edit({ command: 'replace', path: 'open.txt', old: 'b', new: 'B' });
    expect(await read('open.txt')).toBe('a\nB');
    await edit({ command: 'insert', path: 'open.txt', line: 2, text: 'c' });
    expect(await read('open.txt')).toBe('a\nB\nc\n');
    await edit({ command: 'insert', path: 'open.txt', line: -1, text: 'd' });
    expect(await read('open.txt')).toBe('a\nB\nc\nd\n');
    await edit({ command: 'replace', path: 'bom.txt', old: 'a', new: 'b' });
    expect(await read('bom.txt')).toBe('\ufeffb\n');
  });

  it('creates new files only, folders included', async () => {
    const { edit, read } = await editor({ 'a.txt': TEXT });
    await edit({ command: 'create', path: 'x/y/z.txt', text: 'new\n' });
    expect(await read('x/y/z.txt')).toBe('new\n');
    await expect(edit({ command: 'create', path: 'a.txt', text: '' })).rejects.toMatchObject({
      code: 'exists',
    });
  });

  it('names what it cannot do', async () => {
    const { edit } = await editor({ 'a.txt': TEXT, 'binary.dat': 'a\0b' });
    const refused = (input: Parameters<typeof edit>[0]) =>
      edit(input).then(
        () => 'done',
        ({ code }) => code,
      );
    expect(await refused({ command: 'view', path: 'gone.txt' })).toBe('no-such-file');
    expect(await refused({ command: 'view', path: '/etc/passwd' })).toBe('outside-workspace');
    expect(await refused({ command: 'view', path: '../../etc/passwd' })).toBe('outside-workspace');
    expect(await refused({ command: 'view', path: 'binary.dat' })).toBe('not-text');
    expect(await refused({ command: 'replace', path: 'binary.dat', old: 'a', new: 'b' })).toBe('not-text');
    expect(await refused({ command: 'replace', path: 'a.txt', old: 'one' })).toBe('bad-input');
    expect(await refused({ command: 'replace', path: 'a.txt', old: 'one', new: 'one' })).toBe('no-change');
    expect(await refused({ command: 'insert', path: 'a.txt', line: 99, text: 'x' })).toBe('bad-line');
    expect(await refused({ command: 'undo', path: 'a.txt' })).toBe('no-undo');
    expect(await refused({ command: 'view', path: 'a.txt', range: [5, 2] })).toBe('bad-range');
  });

  it('undo refuses what would lose a change that something else made since', async () => {
    const { edit, read, workspace } = await editor({ 'a.txt': TEXT });
    await edit({ command: 'replace', path: 'a.txt', old: 'one', new: 'ONE' });
    await workspace.exec('echo more >> a.txt');
    await expect(edit({ command: 'undo', path: 'a.txt' })).rejects.toMatchObject({ code: 'changed-since' });
    expect(await read('a.txt')).toBe(`${TEXT.replace('one', 'ONE')}more\n`);
    await workspace.exec('rm a.txt');
    await edit({ command: 'undo', path: 'a.txt' });
    expect(await read('a.txt')).toBe(TEXT);
  });

  it('undo restores the bytes, edit by edit', async () => {
    const { edit, read, workspace } = await editor({ 'a.txt': 'a\r\nb\n' });
    await edit({ command: 'insert', path: 'a.txt', line: 0, text: 'top' });
    await edit({ command: 'create', path: 'b.txt', text: 'b\n' });
    await edit({ command: 'replace', path: 'a.txt', old: 'top', new: 'TOP' });
    await edit({ command: 'undo', path: 'a.txt' });
    await edit({ command: 'undo', path: 'a.txt' });
    expect(await read('a.txt')).toBe('a\r\nb\n');
    await edit({ command: 'undo', path: 'b.txt' });
    expect(await workspace.files.stat('b.txt')).toBeNull();
  });

  it('never corrupts a file: any insert or replace is what it says, and undo takes it back', async () => {
    const { edit, read, workspace } = await editor({ 'a.txt': '' });
    const line = fc.string({ unit: fc.constantFrom('a', 'b', 'é', ' ', '\t'), maxLength: 4 });
    const text = fc.tuple(
      fc.array(line, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(text, fc.nat(5), line, async ([lines, end, closed], at, added) => {
        const before = lines.join(end) + (closed ? end : '');
        await workspace.files.write('a.txt', before);
        const after = Math.min(
          at,
          before === '' ? 0 : before.split('\n').length - (before.endsWith('\n') ? 1 : 0),
        );
        await edit({ command: 'insert', path: 'a.txt', line: after, text: `${added}|` });
        const result = (await read('a.txt')).split(/\r?\n/);
        expect(result[after]).toBe(`${added}|`);
        expect(result.toSpliced(after, 1).join('\n').replace(/\n$/, '')).toBe(
          before.replaceAll('\r\n', '\n').replace(/\n$/, ''),
        );
        await edit({ command: 'undo', path: 'a.txt' });
        expect(await read('a.txt')).toBe(before);
      }),
      { numRuns: 60 },
    );
  });
});
