import type { EventOf } from '@heddle/core';
import type { SelectionRecord } from '../compose/composition.ts';

export type Measured = EventOf<'evidence.measured'>;
type Kind = Measured['kind'];
type Dismissal = EventOf<'evidence.dismissed'>['why'];

/** All runs of one test on the files of one candidate. */
export interface EvidenceCell {
  /** The first run. */
  readonly measured: Measured;
  readonly runs: number;
  /** Not all runs said the same. */
  readonly flaky: boolean;
}

export interface EvidenceRow {
  readonly test: string;
  readonly kind: Kind;
  /** Whose test; null: the user's, or generated. */
  readonly by: number | null;
  /** Why it counts for nothing. */
  readonly dismissed: Dismissal | null;
  /** By candidate; 0 for the files as they were. */
  readonly cells: ReadonlyMap<number, EvidenceCell>;
}

/** What was measured to choose among candidates: a row a test, in the order in which they were first run. */
export function evidenceRows({ evidence, dismissed }: SelectionRecord): EvidenceRow[] {
  const why = new Map(dismissed.map((each) => [each.test, each.why]));
  return [...Map.groupBy(evidence, ({ test }) => test)].map(([test, measured]) => ({
    test,
    kind: measured[0]!.kind,
    by: measured[0]!.by,
    dismissed: why.get(test) ?? null,
    cells: new Map(
      [...Map.groupBy(measured, ({ about }) => about)].map(([about, runs]) => [about, cellOf(runs)]),
    ),
  }));
}

function cellOf(runs: readonly Measured[]): EvidenceCell {
  const said = new Set(runs.map(({ outcome, behaviour }) => `${outcome} ${behaviour ?? ''}`));
  return { measured: runs[0]!, runs: runs.length, flaky: said.size > 1 };
}

/** Tests brought by attempts that count, and how many of them a candidate passes. */
export function broughtTests(
  rows: readonly EvidenceRow[],
  candidate: number,
): { passed: number; of: number } {
  const measured = rows.flatMap(({ kind, dismissed, cells }) => {
    const brought = kind === 'reproduction' || kind === 'tests';
    const cell = cells.get(candidate);
    return brought && dismissed === null && cell !== undefined ? [cell.measured] : [];
  });
  return { passed: measured.filter(({ outcome }) => outcome === 'passed').length, of: measured.length };
}

/** Candidates that behave the same, the largest group first; those alone are groups of one. */
export function agreementGroups({ chosen }: SelectionRecord): number[][] {
  const groups: number[][] = [];
  for (const { candidate, agrees } of chosen?.ranking ?? []) {
    if (groups.some((group) => group.includes(candidate))) continue;
    groups.push([candidate, ...agrees].toSorted((a, b) => a - b));
  }
  return groups.toSorted((a, b) => b.length - a.length);
}
