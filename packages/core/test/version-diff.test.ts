import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type NodeKind, type VersionTree, versionOf } from '../src/version.ts';
import { diffValues, diffVersions } from '../src/version-diff.ts';

/** A tree with files given by hand: path -> digest. */
function tree(
  parts: Partial<Omit<VersionTree, 'digest' | 'prompts'>> & { prompts?: Record<string, string> } = {},
): VersionTree {
  const { kind = 'agent', name = 'solo', files = {}, prompts = {}, config = null, uses = [] } = parts;
  const made = versionOf({ kind, name, prompts, config: [config, files], uses });
  return { ...made, files, config };
}

const record = fc.dictionary(fc.stringMatching(/^[a-c](\/[a-c]){0,2}$/), fc.stringMatching(/^[0-3]$/), {
  maxKeys: 6,
});
const leaf = fc
  .record({
    kind: fc.constantFrom<NodeKind>('tool', 'op', 'dataset'),
    name: fc.constantFrom('x', 'y'),
    files: record,
    prompts: record,
    config: fc.oneof(
      fc.constant(null),
      fc.dictionary(fc.constantFrom('k', 'l'), fc.jsonValue({ maxDepth: 2 })),
    ),
  })
  .map(tree);
const trees = fc.record({ files: record, prompts: record, uses: fc.array(leaf, { maxLength: 3 }) }).map(tree);

describe('what changed', () => {
  it('is nothing from a version to itself, and the other way round is the other way round (property)', () => {
    fc.assert(
      fc.property(trees, trees, (a, b) => {
        const nothing = { equal: true, prompts: [], files: [], config: [], data: [], uses: [] };
        expect(diffVersions(a, a)).toEqual(nothing);
        const [there, back] = [diffVersions(a, b), diffVersions(b, a)];
        const turned = back.config.map(({ key, was, is }) => ({ key, was: is, is: was }));
        expect(there.config).toEqual(turned);
        const words = { added: 'removed', removed: 'added', changed: 'changed' } as const;
        expect(there.uses.map(({ name, change }) => [name, change])).toEqual(
          back.uses.map(({ name, change }) => [name, words[change]]),
        );
      }),
    );
  });

  it('is each file once, and with it the first files become the second (property)', () => {
    fc.assert(
      fc.property(record, record, (was, is) => {
        const files = new Map(Object.entries(was));
        const changes = diffVersions(tree({ files: was }), tree({ files: is })).files;
        for (const change of changes) {
          const from = change.from ?? change.name;
          expect(change.was).toBe(was[from] ?? null);
          files.delete(from);
        }
        for (const { name, is: now } of changes) if (now !== null) files.set(name, now);
        expect(Object.fromEntries(files)).toEqual(is);
        expect(new Set(changes.map(({ name }) => name)).size).toBe(changes.length);
      }),
    );
  });

  it('of files that moved is told as that, changed on the way or not', () => {
    const was = { 'src/a.ts': '1', 'src/b.ts': '2', 'src/c.ts': '3', 'gone.ts': '4' };
    const is = { 'agent/src/a.ts': '1', 'agent/src/b.ts': '2x', 'src/c.ts': '3', 'new.ts': '5' };
    expect(diffVersions(tree({ files: was }), tree({ files: is })).files).toEqual([
      { name: 'agent/src/a.ts', from: 'src/a.ts', was: '1', is: '1' },
      { name: 'agent/src/b.ts', from: 'src/b.ts', was: '2', is: '2x' },
      { name: 'gone.ts', was: '4', is: null },
      { name: 'new.ts', was: null, is: '5' },
    ]);
  });

  it('names parts by their way from the root, and says of one that came only that it came', () => {
    const bash = (description: string, schema: unknown) =>
      tree({ kind: 'tool', name: 'bash', prompts: { description }, config: { schema } });
    const was = tree({ uses: [bash('runs', { a: 1 }), bash('runs', { a: 1 })] });
    const is = tree({
      uses: [
        bash('runs', { a: 1 }),
        bash('run', { a: 2 }),
        tree({ kind: 'tool', name: 'search', prompts: { description: 'finds' } }),
      ],
    });
    expect(diffVersions(was, is)).toMatchObject({
      equal: false,
      prompts: [{ name: 'bash 2.description' }],
      config: [{ key: 'bash 2.schema.a', was: 1, is: 2 }],
      uses: [
        { kind: 'tool', name: 'bash 2', change: 'changed' },
        { kind: 'tool', name: 'search', change: 'added' },
      ],
    });
  });

  it('counts no file of a part that came or went', () => {
    const part = tree({ kind: 'op', name: 'repair', files: { 'repair.ts': '1', 'main.ts': '1' } });
    const [was, is] = [
      tree({ files: { 'main.ts': '1' }, uses: [part] }),
      tree({ files: { 'main.ts': '1' } }),
    ];
    expect(diffVersions(was, is)).toMatchObject({
      files: [],
      uses: [{ kind: 'op', name: 'repair', change: 'removed' }],
    });
  });

  it('of a loop and what is made of it finds the loop in there, tools and all', () => {
    const bash = tree({ kind: 'tool', name: 'bash', prompts: { description: 'runs' } });
    const loop = (system: string) =>
      tree({
        name: 'solo',
        prompts: { system },
        files: { 'loop.ts': '1' },
        config: { model: 'm' },
        uses: [bash],
      });
    const best = (of: VersionTree) => tree({ name: 'bestOf', files: { 'best-of.ts': '1' }, uses: [of] });
    expect(diffVersions(loop('1'), best(loop('1')))).toEqual({
      ...{ equal: false, prompts: [], files: [], config: [], data: [] },
      uses: [{ kind: 'agent', name: 'bestOf', change: 'added' }],
    });
    expect(diffVersions(loop('1'), best(loop('2')))).toMatchObject({
      prompts: [{ name: 'solo.system' }],
      uses: [
        { name: 'bestOf', change: 'added' },
        { name: 'solo', change: 'changed' },
      ],
    });
  });

  it('of data is no change of code; one path with two texts is told by its part', () => {
    const data = (digest: string) => tree({ kind: 'dataset', name: 'bugs', files: { 'a.json': digest } });
    const other = (digest: string) => tree({ kind: 'op', name: 'other', files: { 'main.ts': digest } });
    const was = tree({ files: { 'main.ts': '1' }, uses: [data('1'), other('2')] });
    const is = tree({ files: { 'main.ts': '1' }, uses: [data('2'), other('3')] });
    expect(diffVersions(was, is)).toMatchObject({
      files: [{ name: 'other:main.ts', was: '2', is: '3' }],
      data: [{ name: 'a.json', was: '1', is: '2' }],
    });
  });

  it('of a configuration is told by key; lists are whole, nothing and null are the same', () => {
    const was = { limits: { usd: 5, steps: 9 }, tools: ['a'], off: null };
    const is = { limits: { usd: 2, steps: 9 }, tools: ['a', 'b'], on: true };
    expect(diffValues(was, is)).toEqual([
      { key: 'limits.usd', was: 5, is: 2 },
      { key: 'on', was: undefined, is: true },
      { key: 'tools', was: ['a'], is: ['a', 'b'] },
    ]);
  });
});
