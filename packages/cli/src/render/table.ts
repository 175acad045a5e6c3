import { clip, columnsOf, padEnd, padStart } from './text.ts';

export interface Column {
  readonly title: string;
  /** Default left. */
  readonly align?: 'right';
}

const GAP = 2;

/** Aligned columns; the last one is clipped so that each row fits its line. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): string {
  const all = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => columnsOf(row[index]!))));
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP, 0);
  return all
    .map((row) =>
      row
        .map((cell, index) => {
          if (index === last) return clip(cell, Math.max(1, width - before));
          return columns[index]!.align === 'right'
            ? padStart(cell, widths[index]!)
            : padEnd(cell, widths[index]!);
        })
        .join(' '.repeat(GAP))
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
