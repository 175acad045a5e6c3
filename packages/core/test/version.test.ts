import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { op } from '../src/op.ts';
import { openStore } from '../src/sqlite-store.ts';
import { canonicalJson, versionOf } from '../src/version.ts';
import { recordVersion } from '../src/version-record.ts';

let folder: string;
let count = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-version-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files into a folder of their own (source closures are read once a process) and gives the first's version. */
function version(
  files: Record<string, string>,
  parts: { prompts?: Record<string, string>; config?: unknown } = {},
) {
  const root = mkdtempSync(join(folder, `${count++}-`));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  const source = pathToFileURL(join(root, Object.keys(files)[0]!)).href;
  return { source, tree: versionOf({ name: 'x', source, ...parts }) };
}

const MAIN = `import { b } from './b.ts';\nimport type { C } from './c.ts';\nimport fs from 'node:fs';\nexport const a = b;\n`;

describe('versions', () => {
  it('cover the source file and what it imports, types and libraries left out', () => {
    const { tree } = version({
      'a.ts': MAIN,
      'b.ts': `export { b } from './d.ts';`,
      'c.ts': 'export type C = 1;',
      'd.ts': 'export const b = 1;',
    });
    expect(Object.keys(tree.files)).toEqual(['a.ts', 'b.ts', 'd.ts']);
  });

  it('are equal for equal content wherever it lies, and differ for any change that matters', () => {
    const files = { 'a.ts': MAIN, 'b.ts': 'export const b = 1;', 'c.ts': 'export type C = 1;' };
    const { digest } = version(files).tree;
    expect(version(files).tree.digest).toBe(digest);
    expect(version({ ...files, 'c.ts': 'export type C = 2;' }).tree.digest).toBe(digest);
    const others = [
      version({ ...files, 'b.ts': 'export const b = 2;' }),
      version(files, { prompts: { system: 'hello' } }),
      version(files, { prompts: { system: 'hello!' } }),
      version(files, { config: { effort: 'high' } }),
    ].map(({ tree }) => tree.digest);
    expect(new Set([digest, ...others]).size).toBe(5);
  });

  it('follow lazy imports and survive circles', () => {
    const { tree } = version({
      'a.ts': `export const f = () => import('./b.ts');`,
      'b.ts': `import './a.ts';`,
    });
    expect(Object.keys(tree.files)).toEqual(['a.ts', 'b.ts']);
  });

  it('are recorded with the texts behind them', () => {
    const store = openStore(':memory:');
    const { tree } = version({ 'a.ts': 'export const a = 1;' }, { prompts: { system: 'be good' } });
    recordVersion(store, tree, { at: 1 });
    expect(Buffer.from(store.objects.get(tree.files['a.ts']!)).toString()).toBe('export const a = 1;');
    expect(Buffer.from(store.objects.get(tree.prompts.system!)).toString()).toBe('be good');
    store.close();
  });
});

describe('op', () => {
  it('is its function with a version', async () => {
    const half = op({ name: 'half', source: import.meta.url }, async (n: number) => n / 2);
    expect(await half(4)).toBe(2);
    expect(half.op.version.digest).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys', () => {
    expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe(
      canonicalJson({ a: null, b: [{ c: 2, d: 1 }] }),
    );
  });
});
