import type { Difference } from '@heddle/agent';
import type { TextChange, ValueChange, VersionDiff } from '@heddle/core';
import type { TextPatch } from '@heddle/lab/text-patch';
import type { Palette } from './palette.ts';
import { colourPatch } from './patch-text.ts';
import { placeText } from './same-as-text.ts';
import { padEnd, printable } from './text.ts';
import { valueText } from './version-summary.ts';

/** Widest column of keys; a longer key only moves its own value. */
const MAX_KEY_COLUMNS = 32;

export interface DiffReport {
  readonly a: string;
  readonly b: string;
  readonly diff: VersionDiff;
  /** In one line. */
  readonly summary: string;
  /** Two rollouts: what of the run itself differs, and where what they did parts (null: nowhere). */
  readonly runs?: { readonly run: readonly ValueChange[]; readonly parts: Difference | null };
  /** `prose`: sentence by sentence. */
  patchOf(change: TextChange, prose?: boolean): TextPatch;
}

/** Two lines that say it all. */
export function statText(report: DiffReport, { bold }: Palette): string {
  const { a, b, summary, runs } = report;
  return [`${bold(a)} → ${bold(b)}`, summary, ...(runs === undefined ? [] : [runsText(runs)]), ''].join('\n');
}

/** What changed between two versions, section by section. */
export function versionDiffText(report: DiffReport, palette: Palette): string {
  const { diff, runs } = report;
  const title = (text: string) => palette.bold(text);
  const sections = [
    statText(report, palette),
    ...(runs === undefined || runs.run.length === 0 ? [] : [values(title('run'), runs.run, palette)]),
    ...(diff.config.length === 0 ? [] : [values(title('configuration'), diff.config, palette)]),
    ...(diff.uses.length === 0
      ? []
      : [
          [
            title('uses'),
            ...diff.uses.map(({ kind, name, change }) => `  ${SIGN[change]} ${kind} ${printable(name)}`),
            '',
          ].join('\n'),
        ]),
    ...texts(title('prompts'), diff.prompts, (change) => report.patchOf(change, true), palette),
    ...texts(title('code'), diff.files, report.patchOf, palette),
    ...texts(title('data'), diff.data, report.patchOf, palette),
  ];
  return sections.join('\n');
}

const SIGN = { added: '+', removed: '-', changed: '~' } as const;

function runsText({ run, parts }: NonNullable<DiffReport['runs']>): string {
  const inputs =
    run.length === 0
      ? 'same task, files, checks and seed'
      : `of the run: ${run.map(({ key }) => key).join(', ')} ${run.length === 1 ? 'differs' : 'differ'}`;
  const course = parts === null ? 'what they did is the same to the end' : `they part ${placeText(parts)}`;
  return `${inputs}; ${course}`;
}

function values(title: string, changes: readonly ValueChange[], palette: Palette): string {
  const columns = Math.min(MAX_KEY_COLUMNS, Math.max(...changes.map(({ key }) => key.length)));
  const lines = changes.map(
    ({ key, was, is }) =>
      `  ${padEnd(printable(key), columns)}  ${palette.red(valueText(was))} → ${palette.green(valueText(is))}`,
  );
  return [title, ...lines, ''].join('\n');
}

function texts(
  title: string,
  changes: readonly TextChange[],
  patchOf: DiffReport['patchOf'],
  palette: Palette,
): string[] {
  if (changes.length === 0) return [];
  const blocks = changes.map((change) => {
    const made = patchOf(change);
    if ('patch' in made) return colourPatch(made.patch, palette);
    return `${palette.yellow(`${printable(change.name)}: ${made.message}`)}\n`;
  });
  return [[title, ...blocks].join('\n')];
}
