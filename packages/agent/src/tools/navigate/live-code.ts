import { join } from 'node:path';
import {
  type CodeSymbol,
  LanguageServers,
  SummaryCache,
  type SymbolGraph,
  SymbolIndex,
  symbolGraph,
} from '@heddle/code';
import type { Workspace } from '@heddle/workspace';
import type { ToolContext } from '../../tool.ts';
import { repositoryOf } from './repository.ts';

/** Progress of reading a repository is told this often. */
const PROGRESS_MS = 1_000;

/** What is kept of a workspace's code between calls: the symbol index, and the language servers that run. */
export class LiveCode {
  readonly servers: LanguageServers;
  readonly #workspace: Workspace;
  readonly #cachePath: string | null;
  #index: Promise<{ index: SymbolIndex; cache: SummaryCache | null }> | null = null;
  #graph: { readonly of: number; readonly graph: SymbolGraph } | null = null;
  /** The files as the servers know them. */
  #snapshot: string | null = null;

  static of(context: ToolContext): LiveCode {
    return context.handle('live-code', () => new LiveCode(context.workspace, context.home));
  }

  constructor(workspace: Workspace, home: string | undefined) {
    this.#workspace = workspace;
    this.#cachePath = home === undefined ? null : join(home, 'cache', 'symbols.db');
    this.servers = new LanguageServers({
      root: workspace.root,
      spawn: (command, options) => workspace.spawn(command, options),
      exec: (command, options) => workspace.exec(command, options),
      read: async (path) => (await workspace.files.read(path)).toString('utf8'),
    });
  }

  /** The index as the files are now. The first time may take long: 2,000 files a second and core are parsed. */
  async index(context: ToolContext): Promise<SymbolIndex> {
    this.#index ??= this.#openIndex();
    const { index } = await this.#index;
    let toldAt = performance.now();
    await index.update(({ done, of }) => {
      if (performance.now() - toldAt < PROGRESS_MS) return;
      toldAt = performance.now();
      context.output(`reading symbols: ${done} of ${of} files\n`);
    });
    return index;
  }

  /** Who uses whose names, as of an {@link index} just brought up to date. */
  graph(index: SymbolIndex): SymbolGraph {
    if (this.#graph?.of !== index.version)
      this.#graph = { of: index.version, graph: symbolGraph(index.files) };
    return this.#graph.graph;
  }

  /** Tells the servers what has changed since they were told last, by whatever means. */
  async refresh(): Promise<void> {
    const now = await this.#workspace.snapshot();
    const before = this.#snapshot;
    this.#snapshot = now;
    if (before !== null && before !== now)
      await this.servers.changed(await this.#workspace.changed(before, now));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.servers.dispose();
    const opened = await this.#index?.catch(() => null);
    opened?.cache?.close();
  }

  async #openIndex() {
    const cache = this.#cachePath === null ? null : await SummaryCache.open(this.#cachePath);
    return { index: new SymbolIndex(repositoryOf(this.#workspace), cache), cache };
  }
}

/** A definition and where it is. */
export interface Place {
  readonly path: string;
  readonly symbol: CodeSymbol;
}

/** Definitions of a name over the repository; `Cart.add` wants that container. */
export function definitionsOf(index: SymbolIndex, name: string): Place[] {
  const { container, last } = nameParts(name);
  const found: Place[] = [];
  for (const { path, summary } of index.files) {
    for (const symbol of summary.symbols) {
      if (symbol.name === last && isIn(symbol, container)) found.push({ path, symbol });
    }
  }
  return found;
}

/** `shop.Cart.add`, `shop::Cart::add`, `Cart#add`: what is looked for, and what it has to be in. */
export function nameParts(name: string): { readonly container: string; readonly last: string } {
  const parts = name.split(/::|[.#\\]/).filter(Boolean);
  return { container: parts.slice(0, -1).join('.'), last: parts.at(-1) ?? name };
}

function isIn(symbol: CodeSymbol, container: string): boolean {
  return container === '' || `.${symbol.container}`.endsWith(`.${container}`);
}
