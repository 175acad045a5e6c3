import type { Palette } from './palette.ts';
import { table } from './table.ts';
import { ago, count } from './text.ts';

export interface RequestRow {
  readonly id: string;
  /** Of the model that asks. */
  readonly label: string;
  /** Answers already in the conversation. */
  readonly answers: number;
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
    [{ title: 'REQUEST' }, { title: 'MODEL' }, { title: 'ASKED' }, { title: 'SO FAR' }, { title: '' }],
    rows.map(({ id, label, askedAt, answers, stale }) => [
      palette.bold(id),
      label,
      ago(askedAt, now),
      count(answers, 'answer'),
      stale ? palette.yellow('stale: its process is dead') : '',
    ]),
    columns,
  );
}
