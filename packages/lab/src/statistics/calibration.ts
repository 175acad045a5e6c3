import { shareInterval } from './intervals.ts';
import { mean } from './moments.ts';
import { meansOf } from './noise.ts';
import type { Calibration, Interval, ReliabilityBin } from './results.ts';
import { clustersOf } from './tasks.ts';

/** What was stated, and what came of it. */
export interface Stated {
  readonly probability: number;
  readonly right: boolean;
  /** What statements have in common: the task, or its repository. By default each stands alone. */
  readonly cluster?: string;
}

export interface CalibrationOptions {
  /** Bands of stated probability, of even width. Default 5: with some tens of statements more would be empty. */
  readonly bins?: number;
  readonly level?: number;
}

/** Null: nothing was stated. */
export function calibration(
  statements: readonly Stated[],
  { bins = 5, level = 0.95 }: CalibrationOptions = {},
): Calibration | null {
  if (statements.length === 0) return null;
  const observed = overAll(statements, ({ right }) => Number(right), level);
  const table = reliability(statements, bins, level);
  const share = observed.value;
  return {
    count: statements.length,
    stated: mean(statements.map(({ probability }) => probability)),
    observed,
    brier: overAll(statements, ({ probability, right }) => (probability - Number(right)) ** 2, level),
    brierOfBaseRate: share * (1 - share),
    expectedError: table.reduce(
      (total, bin) => total + (bin.count / statements.length) * Math.abs(bin.stated - bin.observed.value),
      0,
    ),
    bins: table,
  };
}

/** Statements by what they stated; empty bins are left out, certainty is in the last. */
function reliability(statements: readonly Stated[], bins: number, level: number): ReliabilityBin[] {
  const within = (bin: number) =>
    statements.filter(({ probability }) => Math.min(bins - 1, Math.floor(probability * bins)) === bin);
  return Array.from({ length: bins }, (_, bin) => ({ bin, own: within(bin) }))
    .filter(({ own }) => own.length > 0)
    .map(({ bin, own }) => ({
      from: bin / bins,
      to: (bin + 1) / bins,
      count: own.length,
      stated: mean(own.map(({ probability }) => probability)),
      observed: overAll(own, ({ right }) => Number(right), level),
    }));
}

function overAll(statements: readonly Stated[], value: (stated: Stated) => number, level: number): Interval {
  const samples = statements.map((stated, index) => ({
    instance: String(index),
    cluster: stated.cluster ?? String(index),
    scores: [value(stated)],
  }));
  const tasks = { values: meansOf(samples), clusters: clustersOf(samples), noun: 'statement' };
  return shareInterval(tasks, null, level);
}
