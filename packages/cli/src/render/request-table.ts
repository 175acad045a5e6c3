import type { Palette } from './palette.ts';
import { table } from './table.ts';
import { ago } from './text.ts';

export interface RequestRow {
  readonly id: string;
  /** Of the model that asks. */
  readonly label: string;
  /** Null: not found in the journal. */
  readonly rollout: string | null;
  readonly step: number;
  /** First line of the task. */
  readonly task: string;
  readonly askedAt: number;
  readonly stale: boolean;
}

/** What `heddle relay list` shows. */
export function requestTable(
  rows: readonly RequestRow[],
  { columns, palette, now }: { readonly columns: number; readonly palette: Palette; readonly now: number },
): string {
  if (rows.length === 0) return 'Nothing is waiting.\n';
  return table(
    ['REQUEST', 'MODEL', 'ASKED', 'ROLLOUT', 'STEP', 'TASK'].map((title) => ({ title })),
    rows.map(({ id, label, askedAt, rollout, step, task, stale }) => [
      palette.bold(id),
      label,
      ago(askedAt, now),
      rollout ?? '',
      String(step),
      stale ? palette.yellow('stale: its process is dead') : task,
    ]),
    columns,
  );
}
