import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { repositoryOf } from '../../packages/agent/src/tools/navigate/repository.ts';
import {
  rankSymbols,
  renderMap,
  SummaryCache,
  type SymbolGraph,
  SymbolIndex,
  symbolGraph,
} from '../../packages/code/src/index.ts';
import type { Workspace } from '../../packages/workspace/src/index.ts';

const MAP_TOKENS = 1_500;
const WARM_ROUNDS = 5;

export interface MapTimes {
  readonly repository: string;
  readonly 'source files': number;
  readonly definitions: number;
  /** Everything parsed. */
  readonly 'cold map (s)': string;
  /** Another process, nothing parsed: all is in the cache. */
  readonly 'map from cache (s)': string;
  /** The same process. */
  readonly 'warm map (s)': string;
  readonly 'map after an edit (s)': string;
  readonly 'symbol search (s)': string;
}

export async function measureMap(name: string, workspace: Workspace, home: string): Promise<MapTimes> {
  const files = repositoryOf(workspace);
  const cachePath = join(home, 'cache', 'symbols.db');
  let definitions = 0;
  /** As the tool keeps it. */
  let graph: { readonly version: number; readonly of: SymbolGraph } | null = null;
  const map = async (index: SymbolIndex) => {
    await index.update();
    if (graph?.version !== index.version) graph = { version: index.version, of: symbolGraph(index.files) };
    const ranked = rankSymbols(graph.of);
    definitions = ranked.length;
    await renderMap(ranked, MAP_TOKENS, files.read);
  };
  const open = async () => new SymbolIndex(files, await SummaryCache.open(cachePath));
  const cold = await seconds(async () => map(await open()));
  const index = await open();
  graph = null;
  const cached = await seconds(() => map(index));
  const warm: number[] = [];
  const edited: number[] = [];
  const searched: number[] = [];
  const [{ path } = { path: '' }] = index.files;
  for (let round = 0; round < WARM_ROUNDS; round++) {
    // Past the clock's tick, within which no file's times are trusted.
    await setTimeout(50);
    warm.push(await seconds(() => map(index)));
    await workspace.files.write(path, Buffer.concat([await workspace.files.read(path), Buffer.from('\n')]));
    edited.push(await seconds(() => map(index)));
    searched.push(
      await seconds(async () => {
        await index.update();
        for (const { summary } of index.files) summary.symbols.filter((symbol) => symbol.name.includes('or'));
      }),
    );
  }
  return {
    repository: name,
    'source files': [...index.files].length,
    definitions,
    'cold map (s)': cold.toFixed(2),
    'map from cache (s)': cached.toFixed(2),
    'warm map (s)': median(warm).toFixed(2),
    'map after an edit (s)': median(edited).toFixed(2),
    'symbol search (s)': median(searched).toFixed(2),
  };
}

async function seconds(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return (performance.now() - started) / 1000;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
