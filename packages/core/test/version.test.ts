import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf } from '../src/objects.ts';
import { op } from '../src/op.ts';
import { openStore } from '../src/open-store.ts';
import { canonicalJson, datasetVersion, type VersionTree, versionOf } from '../src/version.ts';
import { readVersion, recordVersion, textOf } from '../src/version-record.ts';

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

  it('name files from a given root, and those outside from a folder of their own, wherever that is', () => {
    const base = mkdtempSync(join(folder, 'rooted-'));
    for (const name of ['lib', 'ann', 'bob']) mkdirSync(join(base, name));
    writeFileSync(join(base, 'lib', 'a.ts'), 'export const a = 1;');
    const [ann, bob] = ['ann', 'bob'].map((name) => {
      const file = join(base, name, 'mine.ts');
      writeFileSync(file, `import { a } from '../lib/a.ts';\nexport const b = a;\n`);
      const root = pathToFileURL(join(base, 'lib/')).href;
      return versionOf({ name: 'x', source: pathToFileURL(file).href, root });
    });
    expect(Object.keys(ann!.files).sort()).toEqual(['./mine.ts', 'a.ts']);
    expect(bob!.digest).toBe(ann!.digest);
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

describe('trees', () => {
  const tool = (description: string) =>
    versionOf({
      kind: 'tool',
      name: 'look',
      prompts: { description },
      config: { schema: { type: 'object' } },
    });
  const agent = (uses: readonly VersionTree[], config: unknown = { limits: { usd: 5 } }) =>
    versionOf({ kind: 'agent', name: 'solo', prompts: { system: 'be good' }, config, uses });

  it('change with what they use, and with its order', () => {
    const digests = [
      agent([tool('looks')]),
      agent([tool('sees')]),
      agent([]),
      agent([tool('looks'), tool('sees')]),
      agent([tool('sees'), tool('looks')]),
    ].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(digests.length);
    expect(agent([tool('looks')]).digest).toBe(digests[0]);
  });

  it('are read back as they were, after the numbers and the texts of all their parts were recorded at once', () => {
    const store = openStore(':memory:');
    const tree = agent([tool('looks'), agent([tool('looks')], { limits: { usd: 1 } })]);
    recordVersion(store, tree, { at: 7, rollout: 'r1' });
    recordVersion(store, tree, { at: 8, rollout: 'r2' });
    expect(readVersion(store.objects, tree.digest)).toEqual(tree);
    const listed = store.versions
      .list()
      .map(({ kind, name, number, at, rollouts }) => [kind, name, number, at, rollouts]);
    expect(listed).toEqual([
      ['agent', 'solo', 1, 7, 2],
      ['agent', 'solo', 2, 7, 2],
      ['configuration', 'solo', 1, 7, 2],
      ['configuration', 'solo', 2, 7, 2],
      ['prompt', 'solo.system', 1, 7, 2],
      ['tool', 'look', 1, 7, 2],
    ]);
    const [configuration] = store.versions.list({ kind: 'configuration' });
    expect(textOf(store.objects, configuration!.digest)).toBe('{"limits":{"usd":5}}');
    expect(textOf(store.objects, digestOf('looks'))).toBe('looks');
    store.close();
  });

  it('that are not there are null, those of before there were kinds are agents, damaged ones are named', () => {
    const store = openStore(':memory:');
    expect(readVersion(store.objects, '0'.repeat(64))).toBeNull();
    const old = store.objects.put(
      '{"name":"solo","files":{"a.ts":"d"},"prompts":{},"config":null,"uses":[]}',
    );
    expect(readVersion(store.objects, old)).toEqual({
      kind: 'agent',
      name: 'solo',
      digest: old,
      files: { 'a.ts': 'd' },
      prompts: {},
      config: null,
      uses: [],
    });
    const wrong = store.objects.put('{"name":');
    const orphan = store.objects.put(
      `{"name":"x","files":{},"prompts":{},"config":null,"uses":["${'1'.repeat(64)}"]}`,
    );
    for (const digest of [wrong, orphan])
      expect(() => readVersion(store.objects, digest)).toThrow(
        expect.objectContaining({ code: 'version-damaged' }),
      );
    store.close();
  });

  it('of data are recorded by name, files and digest', () => {
    const store = openStore(':memory:');
    const first = datasetVersion('bugs', { 'b.json': digestOf('b'), 'a.json': digestOf('a') });
    expect(datasetVersion('bugs', { 'a.json': digestOf('a'), 'b.json': digestOf('b') })).toEqual(first);
    recordVersion(store, first, { at: 1 });
    recordVersion(store, datasetVersion('bugs', { 'a.json': digestOf('a2') }), { at: 2 });
    recordVersion(store, first, { at: 3 });
    const listed = store.versions.list({ kind: 'dataset' });
    expect(listed.map(({ name, number, at }) => [name, number, at])).toEqual([
      ['bugs', 1, 1],
      ['bugs', 2, 2],
    ]);
    expect(readVersion(store.objects, first.digest)).toEqual(first);
    expect(textOf(store.objects, digestOf('a'))).toBeNull();
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
