import { describe, expect, it } from 'vitest';
import { searchTool } from '../../src/tools/search.ts';
import { workbench } from './workbench.ts';

async function searcher(files: Record<string, string>) {
  const bench = await workbench(files);
  return {
    ...bench,
    search: async (input: Parameters<typeof searchTool.run>[0]) =>
      (await bench.use(searchTool, input)).content,
  };
}

describe('search', () => {
  const files = {
    'src/a.py': 'import os\nx = 1\nfoo(x)\n',
    'src/b.ts': 'foo();\nbar();\nfoo(1);\n',
    'docs/a b.md': 'a foo(\n',
    '.hidden': 'foo\n',
    '.gitignore': 'out/\n',
    'out/c.ts': 'foo();\n',
  };

  it('groups matches by file with line numbers; hidden and ignored files are left out', async () => {
    const { search } = await searcher(files);
    expect(await search({ pattern: 'foo\\(' })).toMatchInlineSnapshot(`
      "4 matching lines in 3 files:
      docs/a b.md
           1:	a foo(
      src/a.py
           3:	foo(x)
      src/b.ts
           1:	foo();
           3:	foo(1);"
    `);
    expect(await search({ pattern: 'bar', context: 1 })).toMatchInlineSnapshot(`
      "1 matching line in 1 file:
      src/b.ts
           1 	foo();
           2:	bar();
           3 	foo(1);"
    `);
  });

  it('is narrowed by path, glob and type, and lists files only', async () => {
    const { search, workspace } = await searcher(files);
    expect(await search({ pattern: 'foo', type: 'py' })).toContain('1 matching line in 1 file:\nsrc/a.py');
    expect(await search({ pattern: 'foo', glob: '*.ts' })).toContain('2 matching lines in 1 file:\nsrc/b.ts');
    expect(await search({ pattern: 'FOO(', literal: true, ignore_case: true, path: 'docs' })).toContain(
      'docs/a b.md\n     1:\ta foo(',
    );
    expect(await search({ pattern: 'foo', files_only: true })).toBe(
      '4 matching lines in 3 files:\ndocs/a b.md (1)\nsrc/a.py (1)\nsrc/b.ts (2)',
    );
    expect(await search({ pattern: 'foo', path: 'src/b.ts' })).toContain('src/b.ts\n     1:');
    expect(await search({ pattern: 'foo', path: `${workspace.root}/src/b.ts` })).toContain(
      '2 matching lines',
    );
    // Named outright, an ignored file is searched.
    expect(await search({ pattern: 'foo', path: 'out/c.ts' })).toContain('out/c.ts');
  });

  it('says what is left out: files, matches in a file, ends of lines', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 50 }, (_, n) => [
        `f${String(n).padStart(2, '0')}.txt`,
        'hit\n'.repeat(n === 0 ? 90 : 1),
      ]),
    );
    const { search } = await searcher({ ...many, 'z.min.js': `${'x'.repeat(5_000)}wide\n` });
    const found = await search({ pattern: 'hit' });
    expect(found).toContain('139 matching lines in 50 files:');
    expect(found).toContain('[70 more matching lines here: give this file as path]');
    expect(found.split('\n').at(-1)).toBe('[10 more files left out: narrow it with path, glob or type]');
    const wide = await search({ pattern: 'wide' });
    expect(wide.length).toBeLessThan(600);
  });

  it('says why it found nothing or could not search', async () => {
    const { search } = await searcher(files);
    expect(await search({ pattern: 'no.thing', path: 'src' })).toBe(
      'No line matches "no.thing" in src. Hidden and ignored files were not searched. pattern is a regular expression: literal: true takes it as plain text.',
    );
    await expect(search({ pattern: 'foo(' })).rejects.toMatchObject({
      code: 'bad-search',
      message: expect.stringContaining('literal: true'),
    });
    await expect(search({ pattern: 'foo', type: 'nonsense' })).rejects.toMatchObject({ code: 'bad-search' });
    await expect(search({ pattern: 'foo', path: 'gone' })).rejects.toMatchObject({ code: 'no-such-file' });
    await expect(search({ pattern: 'foo', path: '../..' })).rejects.toMatchObject({
      code: 'outside-workspace',
    });
  });
});
