import type { Overview } from '../overview.ts';
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
export function rolloutTable(overviews: readonly Overview[], { columns, palette, now }: Look): string {
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
    overviews.map(({ rollout, startedAt, status, seconds, costUsd, task }) => [
      palette.bold(rollout),
      ago(startedAt, now),
      statusText(status, palette),
      duration(seconds),
      money(costUsd),
      firstLine(task),
    ]),
    columns,
  );
}
