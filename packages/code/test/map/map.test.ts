import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SummaryCache } from '../../src/map/cache.ts';
import { rankSymbols, symbolGraph } from '../../src/map/rank.ts';
import { renderMap } from '../../src/map/render.ts';
import { isGenerated, isSource, type RepositoryFiles } from '../../src/map/repository-files.ts';
import { packed, summarize, unpacked } from '../../src/map/summary.ts';
import { SymbolIndex } from '../../src/map/symbol-index.ts';
import { folder } from '../helpers/folder.ts';

/** A folder's files of known names; counts what is read. */
function filesIn(
  root: string,
  paths: string[],
): RepositoryFiles & { readonly read: RepositoryFiles['read']; reads: number } {
  const files = {
    reads: 0,
    async list() {
      return paths.map((path) => {
        const { size, mtimeMs } = statSync(join(root, path));
        return { path, bytes: size, changedMs: mtimeMs };
      });
    },
    read(path: string) {
      files.reads++;
      return readFile(join(root, path), 'utf8');
    },
  };
  return files;
}

async function indexOf(texts: Record<string, string>, cache: SummaryCache | null = null) {
  const root = folder(texts);
  const paths = Object.keys(texts);
  const calm = new Date(Date.now() - 60_000);
  for (const path of paths) utimesSync(join(root, path), calm, calm);
  const files = filesIn(root, paths);
  const index = new SymbolIndex(files, cache);
  await index.update();
  return { root, paths, files, index };
}

const PROJECT = {
  'core/store.py':
    'class DataStore:\n    def load_row(self, key):\n        return key\n\n\ndef _hidden_helper():\n    pass\n\n\ndef shown_helper():\n    pass\n',
  'core/unused.py': 'def never_called_here():\n    pass\n',
  'one.py':
    'from core.store import DataStore, _hidden_helper, shown_helper\n\n\ndef run_one():\n    _hidden_helper()\n    shown_helper()\n    return DataStore().load_row(1)\n',
  'two.py': 'from core.store import DataStore\n\n\ndef run_two():\n    return DataStore().load_row(2)\n',
  'main.py': 'from one import run_one\nfrom two import run_two\n\nrun_one()\nrun_two()\n',
};

const order = (index: SymbolIndex, names: string[] = []) =>
  rankSymbols(symbolGraph(index.files), names).map(({ symbol }) => symbol.name);

describe('the repository map', () => {
  it('ranks what others use above what nobody uses, private names below, mentioned ones higher', async () => {
    const { index } = await indexOf(PROJECT);
    const ranked = order(index);
    expect(ranked[0]).toBe('DataStore');
    expect(ranked.indexOf('_hidden_helper')).toBeGreaterThan(ranked.indexOf('shown_helper'));
    expect(ranked.at(-1)).toBe('never_called_here');
    const before = ranked.indexOf('run_two');
    expect(order(index, ['run_two']).indexOf('run_two')).toBeLessThan(before);
  });

  it('shares all rank out: it sums to one at most, whatever the graph', async () => {
    const name = fc.constantFrom('alpha_beta', 'gamma_delta', 'epsilon', 'zeta', 'Eta');
    const file = fc.record({ defines: fc.uniqueArray(name), uses: fc.uniqueArray(name) });
    await fc.assert(
      fc.property(fc.array(file, { minLength: 1, maxLength: 12 }), (list) => {
        const files = list.map(({ defines, uses }, at) => ({
          path: `f${at}.py`,
          summary: {
            symbols: defines.map((each, line) => ({
              name: each,
              kind: 'function' as const,
              container: '',
              line: line + 1,
              from: line + 1,
              to: line + 1,
              local: false,
            })),
            uses: new Set(uses),
            links: new Map(uses.map((each) => [each, 2])),
          },
        }));
        const ranked = rankSymbols(symbolGraph(files));
        const sum = ranked.reduce((total, { score }) => total + score, 0);
        expect(ranked.length).toBe(list.reduce((total, { defines }) => total + defines.length, 0));
        expect(ranked.every(({ score }) => score >= -1e-12)).toBe(true);
        expect(sum).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('fits any budget, with signature lines and their numbers', async () => {
    const { index, files } = await indexOf(PROJECT);
    const ranked = rankSymbols(symbolGraph(index.files));
    const whole = await renderMap(ranked, 10_000, files.read);
    expect(whole.text).toContain('core/store.py\n  1: class DataStore:\n  2:     def load_row(self, key):\n');
    expect(whole).toMatchObject({ files: 4, symbols: ranked.length });
    for (const tokens of [0, 10, 20, 40, 80]) {
      const { text, symbols } = await renderMap(ranked, tokens, files.read);
      expect(text.length / 3.2).toBeLessThanOrEqual(tokens);
      expect(symbols).toBeLessThanOrEqual(whole.symbols);
    }
  });

  it('leaves out generated and minified files, and other languages', async () => {
    const listed = (path: string, bytes = 100) => isSource({ path, bytes, changedMs: 0 });
    expect(
      ['a.min.js', 'node_modules/a/i.js', 'api_pb2.py', 'vendor/x.go'].map((path) => listed(path)),
    ).toEqual([false, false, false, false]);
    expect([listed('src/a.ts'), listed('src/a.ts', 5_000_000)]).toEqual([true, false]);
    expect(isGenerated('// Code generated by protoc. DO NOT EDIT.\npackage a\n')).toBe(true);
    expect(isGenerated(`var a=${'1+'.repeat(500)}1;`)).toBe(true);
    expect(isGenerated('const a = 1;\n')).toBe(false);
  });
});

describe('the symbol index', () => {
  it('reads only what has changed, and sees a change of the same size in the same moment', async () => {
    const { index, files, root, paths } = await indexOf(PROJECT);
    expect(files.reads).toBe(5);
    const { version } = index;
    await index.update();
    expect([files.reads, index.version]).toEqual([5, version]);
    writeFileSync(join(root, 'two.py'), PROJECT['two.py'].replace('run_two', 'run_tvo'));
    await index.update();
    expect(files.reads).toBe(6);
    expect(index.version).toBe(version + 1);
    expect(index.file('two.py')?.summary.symbols.map(({ name }) => name)).toEqual(['run_tvo']);
    const stat = statSync(join(root, 'two.py'));
    writeFileSync(join(root, 'two.py'), PROJECT['two.py'].replace('run_two', 'run_twx'));
    utimesSync(join(root, 'two.py'), stat.atime, stat.mtime);
    await index.update();
    expect(index.file('two.py')?.summary.symbols.map(({ name }) => name)).toEqual(['run_twx']);
    rmSync(join(root, 'main.py'));
    paths.splice(paths.indexOf('main.py'), 1);
    await index.update();
    expect(index.file('main.py')).toBeUndefined();
  });

  it('parses nothing twice over workspaces, and works without a usable cache', async () => {
    const path = join(folder(), 'cache', 'symbols.db');
    const cache = (await SummaryCache.open(path))!;
    const first = await indexOf(PROJECT, cache);
    cache.close();
    const again = (await SummaryCache.open(path))!;
    const key = (await first.files.list()).map((file) => file.path);
    const second = await indexOf(PROJECT, again);
    expect(order(second.index)).toEqual(order(first.index));
    expect(key).toHaveLength(5);
    again.close();
    writeFileSync(path, 'no database');
    expect(await SummaryCache.open(path)).toBeNull();
    expect(order((await indexOf(PROJECT, null)).index)).toEqual(order(first.index));
  });

  it('parses in threads what is much, with the same result', async () => {
    const texts = Object.fromEntries(
      Array.from({ length: 150 }, (_, at) => [
        `f${at}.ts`,
        `export function made${at}() { return made${at + 1}(); }\n`,
      ]),
    );
    const { index } = await indexOf(texts);
    for (const [path, text] of Object.entries(texts))
      expect(index.file(path)?.summary).toEqual(await summarize(path, text));
  });

  it('stores summaries as they were, and takes nothing else for one', async () => {
    const summary = await summarize('a.py', PROJECT['core/store.py']);
    expect(unpacked(packed(summary))).toEqual(summary);
    expect(unpacked('{"a":1}')).toBeNull();
    expect(unpacked('')).toBeNull();
  });
});
