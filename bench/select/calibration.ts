import { mean, wilson } from './statistics.ts';

/** What was stated, and what came of it. */
export interface Stated {
  readonly probability: number;
  readonly right: boolean;
}

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly stated: number;
  readonly right: number;
}

const BINS = 5;

/** Statements by what they stated; empty bins are left out. */
export function reliability(statements: readonly Stated[], bins = BINS): Bin[] {
  return Array.from({ length: bins }, (_, bin) => {
    const own = statements.filter(
      ({ probability }) => Math.min(bins - 1, Math.floor(probability * bins)) === bin,
    );
    return {
      from: bin / bins,
      to: (bin + 1) / bins,
      count: own.length,
      stated: mean(own.map(({ probability }) => probability)),
      right: own.filter(({ right }) => right).length,
    };
  }).filter(({ count }) => count > 0);
}

/** Expected calibration error: the bins' distances between stated and true, weighted by their size (Naeini et al. 2015). */
export function calibrationError(statements: readonly Stated[], bins = BINS): number {
  return reliability(statements, bins).reduce(
    (sum, { count, stated, right }) => sum + (count / statements.length) * Math.abs(stated - right / count),
    0,
  );
}

/** Mean squared distance (Brier 1950); always saying the base rate p scores p(1 - p). */
export function brier(statements: readonly Stated[]): number {
  return mean(statements.map(({ probability, right }) => (probability - Number(right)) ** 2));
}

export function calibrationText(title: string, statements: readonly Stated[]): string {
  if (statements.length === 0) return `${title}: nothing was stated.\n`;
  const share = mean(statements.map(({ right }) => Number(right)));
  const lines = reliability(statements).map(({ from, to, count, stated, right }) => {
    const [low, high] = wilson(right, count).map((value) => Math.round(value * 100));
    return `| ${from.toFixed(1)} – ${to.toFixed(1)} | ${count} | ${stated.toFixed(2)} | ${right} of ${count} [${low} – ${high} %] |`;
  });
  return [
    `${title}: stated probability against what came of it`,
    '',
    '| stated | answers | mean stated | right |',
    '|---|---|---|---|',
    ...lines,
    '',
    `Expected calibration error ${calibrationError(statements).toFixed(3)} over ${statements.length} answers; Brier score ${brier(statements).toFixed(3)}, of always stating the base rate ${(share * (1 - share)).toFixed(3)}.`,
    '',
  ].join('\n');
}
