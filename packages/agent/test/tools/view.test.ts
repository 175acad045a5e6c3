import { describe, expect, it } from 'vitest';
import { editTool } from '../../src/tools/edit.ts';
import { workbench } from './workbench.ts';

const long = (functions: number) =>
  `import x from 'x';\n\n${Array.from(
    { length: functions },
    (_, n) => `export function f${n}(a) {\n${`  a += ${n};\n`.repeat(20)}  return a;\n}\n`,
  ).join('\n')}`;

describe('a long file', () => {
  it('is shown as a map of what it defines, bodies folded', async () => {
    const { edit } = await workbench({ 'a.js': long(40) });
    const shown = (await edit({ command: 'view', path: 'a.js' })).split('\n');
    expect(shown.slice(0, 8)).toEqual([
      "     1\timport x from 'x';",
      '     2\t',
      '     3\texport function f0(a) {',
      '     4-24\t⋮ 21 lines',
      '    25\t}',
      '    26\t',
      '    27\texport function f1(a) {',
      '    28-48\t⋮ 21 lines',
    ]);
    expect(shown.at(-1)).toBe('[lines 1-3 of 961 shown; next: range [4, 803]]');
  });

  it('can be read whole by following the next range', async () => {
    const text = long(100);
    const { edit } = await workbench({ 'a.js': text });
    const lines: string[] = [];
    let range: number[] | undefined;
    for (;;) {
      const shown = await edit({ command: 'view', path: 'a.js', ...(range && { range }) });
      for (const row of shown.split('\n')) {
        const match = /^ *(\d+)\t(.*)$/.exec(row);
        if (match && Number(match[1]) === lines.length + 1) lines.push(match[2]!);
      }
      const next = /next: range \[(\d+), (\d+)\]\]$/.exec(shown);
      if (next === null) break;
      range = [Number(next[1]), Number(next[2])];
    }
    expect(`${lines.join('\n')}\n`).toBe(text);
  });

  it('in no known language, or with nothing to fold, is shown from its beginning', async () => {
    const { edit } = await workbench({ 'a.txt': 'x\n'.repeat(900), 'a.js': 'x();\n'.repeat(900) });
    for (const path of ['a.txt', 'a.js'])
      expect(await edit({ command: 'view', path })).toMatch(
        /^ {4} 1\tx.*shown; next: range \[801, 900\]\]$/s,
      );
  });

  it('a map that is itself too long says where it is cut', async () => {
    const { edit } = await workbench({ 'a.js': long(400) });
    const shown = await edit({ command: 'view', path: 'a.js' });
    expect(shown).toMatch(
      /\[the map is cut at line \d+ of 9601\]\n\[lines 1-3 of 9601 shown; next: range \[4, 803\]\]$/,
    );
  });

  it('a short one is mapped when asked', async () => {
    const { edit } = await workbench({ 'a.js': long(2) });
    expect(await edit({ command: 'view', path: 'a.js', map: true })).toContain('     4-24\t⋮ 21 lines');
  });
});

describe('a folder', () => {
  it('leaves out and names what git ignores', async () => {
    const files = { '.gitignore': 'dist/\n*.log\n', 'dist/a.js': '', 'src/a.js': '', 'src/b.log': '' };
    const { edit } = await workbench(files);
    expect(await edit({ command: 'view', path: '.' })).toBe(
      'src/\n  a.js\n[ignored by git, not shown: dist/, src/b.log]\n[hidden entries not shown: 2]',
    );
    expect(await edit({ command: 'view', path: 'src/' })).toBe('a.js\n[ignored by git, not shown: b.log]');
  });
});

describe('a picture', () => {
  it('comes with its bytes and kind; one that only looks so by its name is text', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex');
    const { use, edit } = await workbench({ 'a.png': png, 'b.png': 'no picture\n' });
    const { content, images } = await use(editTool, { command: 'view', path: 'a.png' });
    expect(content).toBe('a.png: image/png, 12 bytes.');
    expect(images).toEqual([{ mediaType: 'image/png', bytes: png }]);
    expect(await edit({ command: 'view', path: 'b.png' })).toBe('     1\tno picture');
  });
});
