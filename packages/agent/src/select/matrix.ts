import type { EventOf } from '@heddle/core';
import type { SelectionRecord } from '../compose/composition.ts';

/** Among the tokens of a behaviour: a call that was not the same twice. */
export const UNSTEADY = '?';

export type Kind = EventOf<'evidence.measured'>['kind'];
export type Dismissal = EventOf<'evidence.dismissed'>['why'];
type Measured = EventOf<'evidence.measured'>;

/** One test with what it said of each candidate. */
export interface Row {
  readonly test: string;
  readonly kind: Kind;
  /** Whose it is; null: the user's, or generated. */
  readonly by: number | null;
  /** By candidate, 0 for the files as they were: the first run. */
  readonly cells: ReadonlyMap<number, Measured>;
  /** Why it counts for nothing. */
  readonly dismissed: Dismissal | null;
}

/** Attempts that have a vote: whoever was stopped had no time to come to anything. */
export function votesIn({ candidates }: Pick<SelectionRecord, 'candidates'>): number {
  return candidates.filter(({ stopped }) => stopped !== true).length;
}

/** The check with the user's own tests put back and those that a candidate added taken away. */
export function regressionName(check: string): string {
  return `${check} with the original tests`;
}

/** Everything that was measured, a row a test, in the order in which they were first run. */
export function rowsOf({ evidence, dismissed }: SelectionRecord): Row[] {
  const why = new Map(dismissed.map((each) => [each.test, each.why]));
  const rows = new Map<string, { first: Measured; cells: Map<number, Measured> }>();
  for (const cell of evidence) {
    let row = rows.get(cell.test);
    if (row === undefined) {
      row = { first: cell, cells: new Map() };
      rows.set(cell.test, row);
    }
    if (!row.cells.has(cell.about)) row.cells.set(cell.about, cell);
  }
  return [...rows].map(([test, { first, cells }]) => ({
    test,
    kind: first.kind,
    by: first.by,
    cells,
    dismissed: why.get(test) ?? null,
  }));
}

/**
 * Tests whose runs on the same files did not agree. Only what tells candidates apart is repeated, so the others may be
 * flaky too; they decide nothing.
 */
export function flakyTests({ evidence }: Pick<SelectionRecord, 'evidence'>): Set<string> {
  const seen = new Map<string, string>();
  const flaky = new Set<string>();
  for (const cell of evidence) {
    const key = `${cell.test}\0${cell.about}`;
    const said = saidBy(cell);
    const before = seen.get(key);
    if (before !== undefined && before !== said) flaky.add(cell.test);
    seen.set(key, said);
  }
  return flaky;
}

/** What must be the same in another run on the same files. */
function saidBy({ outcome, failing, behaviour }: Measured): string {
  return JSON.stringify([outcome, [...failing].sort(), behaviour ?? null]);
}

/** Whether it says different things of different candidates, so that a chance outcome would decide something. */
export function discriminates({ kind, cells }: Row): boolean {
  // Each call was made twice as it was measured; without a part there is one candidate alone.
  if (kind === 'behaviour' || kind === 'ablation') return false;
  const said = [...cells].flatMap(([about, cell]) => (about === 0 ? [] : [saidBy(cell)]));
  return new Set(said).size > 1;
}

/**
 * Why a test that an attempt brought counts for nothing: it does not tell the task's files from those as they were, its
 * own author fails it, it could not be run. Null: it counts.
 */
export function whyWorthless({ kind, by, cells }: Row): Dismissal | null {
  if (kind === 'check' || kind === 'regression' || kind === 'ablation') return null;
  const base = cells.get(0);
  if (kind === 'behaviour') {
    const readable = [...cells.values()].filter(({ behaviour }) => behaviour !== undefined);
    return readable.length < 2 ? 'not-comparable' : null;
  }
  const own = by === null ? undefined : cells.get(by);
  if (base === undefined || base.outcome === 'broken' || own?.outcome === 'broken') return 'cannot-run';
  if (base.outcome === 'passed') return 'passes-without';
  if (own !== undefined && own.outcome !== 'passed') return 'passes-nowhere';
  return null;
}
