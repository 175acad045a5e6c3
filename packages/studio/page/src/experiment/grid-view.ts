import { type GridRow, sumOf, type Tally } from './trial-grid.ts';

/** Which instances are shown. */
export const FILTERS = {
  all: ['all', () => true],
  solved: ['solved each time', ({ share }: GridRow) => share === 1],
  unsolved: ['never solved', ({ share }: GridRow) => share === 0],
  differs: ['agents differ', ({ difference }: GridRow) => difference !== null && difference !== 0],
  flaky: [
    'flaky',
    ({ cells }: GridRow) => cells.some(({ solved, verdicts }) => solved > 0 && solved < verdicts),
  ],
  infra: ['infra', ({ cells }: GridRow) => cells.some(({ infra }) => infra > 0)],
  flagged: ['flagged', ({ cells }: GridRow) => cells.some(({ flagged }) => flagged > 0)],
  broken: ['marked broken', ({ broken }: GridRow) => broken !== null],
  running: ['running', ({ cells }: GridRow) => cells.some(({ running }) => running > 0)],
} as const satisfies Record<string, readonly [what: string, (row: GridRow) => boolean]>;
export type FilterName = keyof typeof FILTERS;

export const SORTS = {
  id: ['by name', (a: GridRow, b: GridRow) => compareIds(a.id, b.id)],
  difference: [
    'by difference',
    (a: GridRow, b: GridRow) =>
      Math.abs(b.difference ?? 0) - Math.abs(a.difference ?? 0) || signed(b) - signed(a),
  ],
  share: ['hardest first', (a: GridRow, b: GridRow) => (a.share ?? 2) - (b.share ?? 2)],
  cost: ['most expensive first', (a: GridRow, b: GridRow) => (b.usd ?? -1) - (a.usd ?? -1)],
} as const satisfies Record<string, readonly [what: string, (a: GridRow, b: GridRow) => number]>;
export type SortName = keyof typeof SORTS;

export interface GridView {
  readonly search: string;
  readonly filter: FilterName;
  readonly sort: SortName;
  /** By cluster. */
  readonly grouped: boolean;
}

export type GridLine =
  | { readonly kind: 'instance'; readonly row: GridRow }
  | {
      readonly kind: 'cluster';
      readonly cluster: string;
      readonly count: number;
      readonly cells: readonly Tally[];
    };

/** What is shown, from top to bottom. */
export function linesOf(rows: readonly GridRow[], { search, filter, sort, grouped }: GridView): GridLine[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const [, isShown] = FILTERS[filter];
  const [, order] = SORTS[sort];
  const shown = rows
    .filter(
      (row) => isShown(row) && words.every((word) => `${row.id} ${row.cluster}`.toLowerCase().includes(word)),
    )
    .sort((a, b) => order(a, b) || compareIds(a.id, b.id));
  if (!grouped) return shown.map((row) => ({ kind: 'instance', row }));
  const groups = [...Map.groupBy(shown, ({ cluster }) => cluster)].sort(
    ([a, ofA], [b, ofB]) => ofB.length - ofA.length || compareIds(a, b),
  );
  return groups.flatMap(([cluster, own]): GridLine[] => [
    {
      ...{ kind: 'cluster', cluster, count: own.length },
      cells: own[0]!.cells.map((_, agent) => sumOf(own.map(({ cells }) => cells[agent]!))),
    },
    ...own.map((row) => ({ kind: 'instance' as const, row })),
  ]);
}

function signed({ difference }: GridRow): number {
  return difference ?? 0;
}

const collator = new Intl.Collator('en', { numeric: true });

function compareIds(a: string, b: string): number {
  return collator.compare(a, b);
}
