import type { VersionRow } from '@heddle/core';
import type { Palette } from './palette.ts';
import { type Column, table } from './table.ts';
import { ago, clip, printable } from './text.ts';

/** Digits of a digest that are shown: enough to be given again. */
const SHOWN_DIGITS = 12;
/** Of a name; a server's tools have long ones. */
const MAX_NAME_COLUMNS = 40;

interface Look {
  readonly columns: number;
  readonly palette: Palette;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const COLUMNS: readonly Column[] = [
  { title: 'KIND' },
  { title: 'NAME' },
  { title: 'DIGEST' },
  { title: 'FIRST SEEN' },
  { title: 'ROLLOUTS' },
];

/** What `heddle versions` shows: a line each, and below it, where it is given, a line on what changed. */
export function versionTable(
  rows: readonly (VersionRow & { readonly change?: string })[],
  look: Look,
): string {
  const { columns, palette } = look;
  const lines = table(
    COLUMNS,
    rows.map((row) => cells(row, look)),
    columns,
  ).split('\n');
  const changes = ['', ...rows.map(({ change = '' }) => change)];
  return lines
    .map((line, at) => (changes[at] ? `${line}\n${palette.dim(`  ${changes[at]}`)}` : line))
    .join('\n');
}

function cells({ kind, name, number, digest, at, rollouts }: VersionRow, { palette, now }: Look): string[] {
  return [
    kind,
    `${palette.bold(clip(printable(name), MAX_NAME_COLUMNS))}@${number}`,
    palette.dim(digest.slice(0, SHOWN_DIGITS)),
    ago(at, now),
    String(rollouts),
  ];
}
