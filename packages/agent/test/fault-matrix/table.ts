import type { Cell } from './cell.ts';
import type { Fared } from './machine-faults.ts';
import { PROVEN_ELSEWHERE } from './proven-elsewhere.ts';
import { DIALECTS, type DialectName, PROVIDER_FAULTS } from './provider-faults.ts';

/** What ran: fault -> dialect -> what came of it. */
export type Cells = ReadonlyMap<string, ReadonlyMap<DialectName, Cell>>;

/** One row for each fault; more where providers fare differently. */
export function providerTable(cells: Cells): string {
  const lines = [
    '| fault | providers | named | outcome | requests | waits (least) | lost |',
    '| --- | --- | --- | --- | --- | --- | --- |',
  ];
  for (const { name, not = {} } of PROVIDER_FAULTS) {
    const same = new Map<string, DialectName[]>();
    for (const [dialect, cell] of cells.get(name) ?? []) {
      const text = rowOf(cell);
      same.set(text, [...(same.get(text) ?? []), dialect]);
    }
    for (const [text, dialects] of same)
      lines.push(`| ${name} | ${namesOf(dialects, Object.keys(not).length)} | ${text} |`);
    for (const [dialect, why] of Object.entries(not))
      lines.push(`| ${name} | ${DIALECTS[dialect as DialectName]} | | cannot be: ${why} | | | |`);
  }
  return lines.join('\n');
}

function namesOf(dialects: readonly DialectName[], left: number): string {
  const all = Object.keys(DIALECTS).length - left;
  if (dialects.length === all) return left === 0 ? 'all' : 'all others';
  return dialects.map((dialect) => DIALECTS[dialect]).join(', ');
}

function rowOf({ codes, status, exitCode, requests, waits, resumed, lost }: Cell): string {
  return [
    codes.map((code) => `\`${code}\``).join(', ') || 'told to the model',
    outcomeOf({ status, exitCode, resumed }),
    String(requests),
    waitsOf(waits),
    lostText(lost),
  ].join(' | ');
}

function outcomeOf({ status, exitCode, resumed }: Pick<Cell, 'status' | 'exitCode' | 'resumed'>): string {
  switch (status) {
    case 'solved':
    case 'unverified':
      return 'goes on';
    case 'model-unreachable':
      return `paused with the patch so far, exit ${exitCode}; ${resumed === 'unverified' ? '`resume` goes on' : `\`resume\`: ${resumed}`}`;
    default:
      return `ends \`${status}\` with the patch so far, exit ${exitCode}`;
  }
}

/** Waits that are written out. */
const FEW = 3;

function waitsOf(waits: readonly number[]): string {
  if (waits.length === 0) return 'none';
  const sum = waits.reduce((a, b) => a + b, 0);
  const list = waits.length <= FEW ? waits : [...waits.slice(0, FEW - 1), '…', waits.at(-1)!];
  return waits.length === 1 ? `${sum} s` : `${list.join(' + ')} = ${sum} s`;
}

function lostText(lost: readonly string[]): string {
  return lost.length === 0 ? 'nothing' : `**${lost.join('; ')}**`;
}

/** The faults of the machine: those played for this table, then those that tests of their own play. */
export function machineTable(fared: ReadonlyMap<string, Fared>): string {
  return [
    '| fault | outcome | lost |',
    '| --- | --- | --- |',
    ...[...fared].map(([name, { outcome, lost }]) => `| ${name} | ${outcome} | ${lostText(lost)} |`),
    '',
    '| fault | outcome | test |',
    '| --- | --- | --- |',
    ...PROVEN_ELSEWHERE.map(
      ({ name, outcome, file, title }) => `| ${name} | ${outcome} | \`${file}\`: ${title} |`,
    ),
  ].join('\n');
}
