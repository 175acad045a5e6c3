import type { Overview, Unreadable } from '../overview.ts';
import type { Palette } from './palette.ts';
import { statusText } from './status.ts';
import { table } from './table.ts';
import { ago, duration, firstLine, money } from './text.ts';

interface Look {
  readonly columns: number;
  readonly palette: Palette;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What `heddle list` shows. */
export function rolloutTable(
  overviews: readonly (Overview | Unreadable)[],
  { columns, palette, now }: Look,
): string {
  if (overviews.length === 0) return 'No rollout yet. Start one with `heddle solve`.\n';
  return table(
    [
      { title: 'ROLLOUT' },
      { title: 'STARTED' },
      { title: 'STATUS' },
      { title: 'TIME', align: 'right' },
      { title: 'COST', align: 'right' },
      { title: 'TASK' },
    ],
    overviews.map((row) => [
      palette.bold(row.rollout),
      ago(row.startedAt, now),
      statusText(row.status, palette),
      ...(row.status === 'unreadable'
        ? ['', '', firstLine(row.reason)]
        : [duration(row.seconds), money(row.costUsd), firstLine(row.task)]),
    ]),
    columns,
  );
}
