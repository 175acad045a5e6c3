import {
  type AgentTree,
  agreementGroups,
  type EvidenceCell,
  type EvidenceRow,
  evidenceRows,
  type SelectionRecord,
} from '@heddle/agent';
import type { EventOf } from '@heddle/core';
import type { Palette } from '../palette.ts';
import { clip, clipMiddle, columnsOf, count, padEnd, padStart, printable } from '../text.ts';
import { DISMISSED } from './agents-narrator.ts';
import { type CandidateLook, candidateTable } from './candidate-table.ts';
import { percent } from './end-text.ts';
import { testTitle } from './test-title.ts';

/** What a test's name may take; both its ends are kept. */
const MAX_NAME_COLUMNS = 48;
const MIN_NAME_COLUMNS = 12;
/** Before each cell of the matrix. */
const GAP = 2;

const SECTIONS: Readonly<Record<EvidenceRow['kind'], string>> = {
  check: 'checks',
  regression: "checks with the repository's own tests put back",
  reproduction: 'reproductions',
  tests: 'tests that attempts wrote',
  behaviour: 'behaviour on generated inputs',
  ablation: 'without one part of a change',
};

/** What `heddle show --crosscheck` prints of one selection: who was compared, all that was measured, and the choice. */
export function crosscheckText(path: string, tree: AgentTree, look: CandidateLook): string {
  const record = tree.composition.selections.get(path)!;
  const { palette, columns } = look;
  const different = record.candidates.filter(({ same, out }) => same === null && out === null).length;
  const title = `crosscheck of ${path}: ${count(record.candidates.length, 'attempt')}, ${count(different, 'different change')}`;
  const rows = evidenceRows(record);
  const blocks = [
    [palette.bold(clip(title, columns)), '', ...candidateTable(path, tree, look)],
    matrixLines(rows, record, look),
    agreementLines(record),
    comparisonLines(record, look),
    choiceLines(record, palette),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** Rows are tests, columns the files as they were and the candidates; so many columns at a time as fit. */
function matrixLines(
  rows: readonly EvidenceRow[],
  { candidates }: SelectionRecord,
  { columns, palette }: CandidateLook,
): string[] {
  if (rows.length === 0) return [];
  const abouts = candidates
    .filter(({ candidate, out }) => out === null && rows.some(({ cells }) => cells.has(candidate)))
    .map(({ candidate }) => candidate);
  const cellColumns = Math.max(...abouts.map((about) => `#${about}`.length), 1) + GAP;
  const fixed = INDENT + BASE_COLUMNS;
  const longest = Math.max(...rows.map((row) => columnsOf(testTitle(row))), MIN_NAME_COLUMNS);
  const wanted = Math.min(
    longest,
    MAX_NAME_COLUMNS,
    Math.max(MIN_NAME_COLUMNS, columns - fixed - abouts.length * cellColumns),
  );
  const perBlock = Math.max(1, Math.floor((columns - fixed - wanted) / cellColumns));
  const blocks: number[][] = [];
  for (let at = 0; at === 0 || at < abouts.length; at += perBlock)
    blocks.push(abouts.slice(at, at + perBlock));
  const legend = legendOf(rows);
  return [
    ...blocks.flatMap((block, index) => [
      ...(index === 0 ? [] : ['']),
      ...matrixBlock(rows, block, { name: wanted, cell: cellColumns, columns, palette }),
    ]),
    ...(legend === '' ? [] : ['', palette.dim(clip(legend, columns))]),
  ];
}

const INDENT = 2;
const BASE_COLUMNS = 'base'.length + GAP;

interface Widths {
  readonly name: number;
  readonly cell: number;
  readonly columns: number;
  readonly palette: Palette;
}

function matrixBlock(rows: readonly EvidenceRow[], abouts: readonly number[], widths: Widths): string[] {
  const { name, cell, columns, palette } = widths;
  const head =
    ' '.repeat(INDENT + name) +
    padStart('base', BASE_COLUMNS) +
    abouts.map((about) => padStart(`#${about}`, cell)).join('');
  const counted = rows.filter(({ dismissed }) => dismissed === null);
  const useless = rows.filter(({ dismissed }) => dismissed !== null);
  const sections = [...Map.groupBy(counted, ({ kind }) => kind)];
  return [
    palette.dim(head),
    ...sections.flatMap(([kind, of]) => [
      clip(SECTIONS[kind], columns),
      ...of.map((row) => rowLine(row, abouts, widths)),
    ]),
    ...(useless.length === 0
      ? []
      : [
          palette.dim('set aside'),
          ...useless.flatMap((row) => [rowLine(row, abouts, widths), whyLine(row, widths)]),
        ]),
  ];
}

function rowLine(
  row: EvidenceRow,
  abouts: readonly number[],
  { name, cell, columns, palette }: Widths,
): string {
  const letters = behaviourLetters(row);
  const plain = row.dismissed !== null;
  const mark = (about: number) => {
    const { text, paint } = markOf(row.cells.get(about), letters);
    return plain ? text : palette[paint](text);
  };
  const text =
    padEnd(`${' '.repeat(INDENT)}${clipMiddle(testTitle(row), name)}`, INDENT + name) +
    padStart(mark(0), BASE_COLUMNS) +
    abouts.map((about) => padStart(mark(about), cell)).join('');
  return plain ? palette.dim(clip(text, columns)) : clip(text, columns);
}

function whyLine({ dismissed }: EvidenceRow, { columns, palette }: Widths): string {
  return palette.dim(clip(`    ${DISMISSED[dismissed!]}`, columns));
}

/** The same letter, the same behaviour; as they come from the left. */
function behaviourLetters({ cells }: EvidenceRow): ReadonlyMap<string, string> {
  const seen = [...cells.entries()]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, { measured }]) => measured.behaviour ?? []);
  return new Map(
    [...new Set(seen)].map((digest, index) => [digest, String.fromCodePoint(0x61 + (index % 26))]),
  );
}

function markOf(
  cell: EvidenceCell | undefined,
  letters: ReadonlyMap<string, string>,
): { readonly text: string; readonly paint: 'green' | 'red' | 'yellow' | 'cyan' | 'dim' } {
  if (cell === undefined) return { text: '·', paint: 'dim' };
  if (cell.flaky) return { text: '~', paint: 'yellow' };
  const { outcome, behaviour } = cell.measured;
  if (behaviour !== undefined) return { text: letters.get(behaviour)!, paint: 'cyan' };
  switch (outcome) {
    case 'passed':
      return { text: '✓', paint: 'green' };
    case 'failed':
      return { text: '✗', paint: 'red' };
    case 'hung':
    case 'broken':
      return { text: '∅', paint: 'yellow' };
    default:
      return outcome satisfies never;
  }
}

/** Only of the marks that are there and do not speak for themselves. */
function legendOf(rows: readonly EvidenceRow[]): string {
  const cells = rows.flatMap((row) => [...row.cells.values()]);
  const meaning = [
    [cells.some(({ flaky }) => flaky), '~ not the same twice'],
    [
      cells.some(({ measured: { outcome } }) => outcome === 'broken' || outcome === 'hung'),
      '∅ could not run, or hung',
    ],
    [cells.some(({ measured: { behaviour } }) => behaviour !== undefined), 'same letter, same behaviour'],
  ] as const;
  return meaning
    .filter(([there]) => there)
    .map(([, text]) => text)
    .join('   ');
}

function agreementLines(record: SelectionRecord): string[] {
  const groups = agreementGroups(record).filter(({ length }) => length > 1);
  return groups.map((group) => `${group.map((each) => `#${each}`).join(', ')} behave the same`);
}

function comparisonLines({ comparisons }: SelectionRecord, { palette }: CandidateLook): string[] {
  if (comparisons.length === 0) return [];
  const line = ({ first, second, winner, model, why }: EventOf<'candidates.compared'>) => [
    `  #${first} against #${second}  ${winner === null ? palette.yellow('neither') : palette.green(`#${winner}`)}  ${palette.dim(model)}`,
    ...(why === '' ? [] : [`    ${printable(why).trim().replaceAll('\n', '\n    ')}`]),
  ];
  return ['asked which is better', ...comparisons.flatMap(line)];
}

function choiceLines({ chosen }: SelectionRecord, { green, yellow, bold, dim }: Palette): string[] {
  if (chosen === null) return [dim('no choice has been made yet')];
  const { candidate, probability, ranking, reasons } = chosen;
  if (ranking.length === 0) return reasons.map((reason) => yellow(printable(reason)));
  const head =
    candidate === null
      ? yellow(`None is good enough: that is right with a probability of ${percent(probability)}.`)
      : green(`#${candidate} is chosen; it is right with a probability of ${percent(probability)}.`);
  return [bold(head), ...reasons.map((reason) => `  ${printable(reason)}`)];
}
