import type { CheckOutcome } from '@heddle/core';
import { changeText } from './outcome.ts';
import type { Palette } from './palette.ts';
import { clip, columnsOf, padEnd } from './text.ts';

/** One step as the views tell it. */
export interface StepSummary {
  readonly step: number;
  /** What the model said; may be empty. */
  readonly say: string;
  readonly actions: readonly { readonly title: string; readonly problem: string }[];
  /** Whose edits these are, of two models; may be empty. */
  readonly compared?: string;
  readonly checks: readonly {
    readonly name: string;
    readonly before: CheckOutcome | null;
    readonly after: CheckOutcome;
  }[];
}

interface Look {
  readonly columns: number;
  readonly palette: Palette;
}

const NUMBER_COLUMNS = 3;
const GAP = '  ';
/** Below this a cut sentence says nothing. */
const MIN_SAY_COLUMNS = 16;
/** A problem's text may take this share of the line. */
const PROBLEM_SHARE = 0.45;

/**
 * A step in one line: number, what the model says, what it does, and at the right edge what came of it.
 * `  2  The loop starts at 1.  edit replace sum.js let i…   ✗ 1 failing → ✓ all 2 pass`
 */
export function stepLine(summary: StepSummary, { columns, palette }: Look): string {
  const number = palette.dim(String(summary.step).padStart(NUMBER_COLUMNS));
  const result = resultText(summary, { columns, palette });
  const room = columns - NUMBER_COLUMNS - GAP.length - (result === '' ? 0 : columnsOf(result) + GAP.length);
  const middle = padEnd(middleText(summary, { columns: room, palette }), result === '' ? 0 : room);
  return [number, middle, result]
    .filter((part) => part !== '')
    .join(GAP)
    .trimEnd();
}

function middleText({ say, actions, compared = '' }: StepSummary, { columns, palette }: Look): string {
  const titles = actions.map(({ title }) => title).join(' · ');
  const doing = compared === '' ? titles : `${compared} ${titles}`.trimEnd();
  if (say === '') return palette.bold(clip(doing, columns));
  if (doing === '') return clip(say, columns);
  const room = columns - GAP.length;
  const half = Math.floor(room / 2);
  // Each side may use what the other leaves.
  const doingColumns = Math.min(columnsOf(doing), Math.max(half, room - columnsOf(say)));
  const sayColumns = room - doingColumns;
  if (sayColumns < MIN_SAY_COLUMNS) return palette.bold(clip(doing, columns));
  return `${clip(say, sayColumns)}${GAP}${palette.bold(clip(doing, doingColumns))}`;
}

function resultText({ actions, checks }: StepSummary, { columns, palette }: Look): string {
  const change = checksText(checks, palette);
  const problem = actions.findLast((action) => action.problem !== '')?.problem ?? '';
  const room = Math.floor(columns * PROBLEM_SHARE) - (change === '' ? 0 : columnsOf(change) + GAP.length);
  return [problem === '' ? '' : palette.red(clip(problem, Math.max(room, 'exit 127'.length))), change]
    .filter((part) => part !== '')
    .join(GAP);
}

/** The checks that changed, else the first that does not pass, else the first. */
function checksText(checks: StepSummary['checks'], palette: Palette): string {
  if (checks.length === 0) return '';
  const text = ({ before, after }: (typeof checks)[number]) => changeText(before, after, palette);
  const changed = checks.filter(({ before, after }) => text({ name: '', before, after }).includes('→'));
  const worst = checks.find(({ after }) => after.status !== 'passed') ?? checks[0]!;
  const shown = changed.length > 0 ? changed : [worst];
  return shown.map((check) => (checks.length > 1 ? `${check.name} ${text(check)}` : text(check))).join(GAP);
}
