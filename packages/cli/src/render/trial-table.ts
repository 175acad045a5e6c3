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
      { title: 'ROLLOUT' },
      { title: 'AGENT' },
      { title: '#', align: 'right' },
      { title: 'OUTCOME' },
      { title: 'STEPS', align: 'right' },
      { title: 'TIME', align: 'right' },
      { title: 'COST', align: 'right' },
      { title: 'INSTANCE' },
    ],
    sorted.map((row) => {
      const result = row.state === 'graded' ? parseResult(row.result) : null;
      return [
        row.rollout === null ? '-' : palette.bold(row.rollout),
        row.agent,
        String(row.attempt),
        result === null ? STATES[row.state as 'due' | 'running'] : wordOf(result),
        result === null ? '-' : String(result.steps),
        result === null ? '-' : duration(result.seconds),
        result === null ? '-' : money(result.usd),
        row.instance,
      ];
    }),
    columns,
  );
}

/** Short enough that names have room beside it. */
function wordOf(result: TrialResult): string {
  const short = shortfallOf(result);
  return short === null ? WORDS[outcomeOf(result)] : BRIEF[short];
}

const BRIEF: Readonly<Record<Shortfall, string>> = {
  limit: 'at a limit',
  nothing: 'no change',
  refused: 'not applied',
  fooled: 'checks only',
  wrong: 'unproven',
};

const STATES = { due: 'not begun', running: 'under way' } as const;

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
