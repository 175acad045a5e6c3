import type { TrialRow } from '@heddle/core';
import {
  type Outcome,
  outcomeOf,
  parseResult,
  type Shortfall,
  shortfallOf,
  type TrialResult,
} from '@heddle/lab';
import type { Palette } from './palette.ts';
import { table } from './table.ts';
import { duration, money } from './text.ts';

/** `solved`, `not solved (limit)`, `no verdict: …`. */
export function outcomeText(result: TrialResult): string {
  const short = shortfallOf(result);
  if (short !== null) return `not solved (${SHORT[short]})`;
  return `${WORDS[outcomeOf(result)]}${result.infra === null ? '' : `: ${result.infra.message}`}`;
}

const WORDS: Readonly<Record<Outcome, string>> = {
  solved: 'solved',
  failed: 'not solved',
  limit: 'not solved',
  infra: 'no verdict',
};

const SHORT: Readonly<Record<Shortfall, string>> = {
  limit: 'limit',
  nothing: 'handed in nothing',
  refused: 'its patch does not apply',
  fooled: 'passed what it could check',
  wrong: 'unproven',
};

/** Every trial of an experiment by instance, with the rollout that `heddle show` takes. */
export function trialTable(
  rows: readonly TrialRow[],
  { columns, palette }: { readonly columns: number; readonly palette: Palette },
): string {
  const sorted = [...rows].sort(
    (a, b) => compare(a.instance, b.instance) || compare(a.agent, b.agent) || a.attempt - b.attempt,
  );
  return table(
    [
      { title: 'INSTANCE' },
      { title: 'AGENT' },
      { title: '#', align: 'right' },
      { title: 'ROLLOUT' },
      { title: 'STEPS', align: 'right' },
      { title: 'TIME', align: 'right' },
      { title: 'COST', align: 'right' },
      { title: 'OUTCOME' },
    ],
    sorted.map((row) => {
      const result = row.state === 'graded' ? parseResult(row.result) : null;
      return [
        row.instance,
        row.agent,
        String(row.attempt),
        row.rollout === null ? '-' : palette.bold(row.rollout),
        result === null ? '-' : String(result.steps),
        result === null ? '-' : duration(result.seconds),
        result === null ? '-' : money(result.usd),
        result === null ? STATES[row.state as 'due' | 'running'] : outcomeText(result),
      ];
    }),
    columns,
  );
}

const STATES = { due: 'not begun', running: 'under way' } as const;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
