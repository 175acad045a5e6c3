import type { Listed } from '@heddle/agent';
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

/** What `heddle list` shows. `others`: there are trials, or parts of other rollouts, which are not listed. */
export function rolloutTable(
  listed: readonly Listed[],
  { columns, palette, now, others = false }: Look & { readonly others?: boolean },
): string {
  if (listed.length === 0)
    return others
      ? 'No rollout but trials of experiments: `heddle list --all` lists them, `heddle experiments` their experiments.\n'
      : 'No rollout yet. Start one with `heddle solve`.\n';
  return table(
    [
      { title: 'ROLLOUT' },
      { title: 'STARTED' },
      { title: 'STATUS' },
      { title: 'TIME', align: 'right' },
      { title: 'COST', align: 'right' },
      { title: 'TASK' },
    ],
    listed.map(({ overview: row, within }) => [
      within === null ? palette.bold(row.rollout) : `  ${row.rollout}`,
      ago(row.startedAt, now),
      statusText(row.status, palette),
      ...(row.status === 'unreadable'
        ? ['', '', firstLine(row.reason)]
        : [
            duration(row.seconds),
            money(row.costUsd),
            within === null ? firstLine(row.task) : palette.dim(`for ${within.path}`),
          ]),
    ]),
    columns,
  );
}
