import type { LinesByPath } from './probe.ts';

/** How often a line was run, by how the tests that ran it ended. */
export interface LineSpectrum {
  /** Failing tests that ran it. */
  readonly failed: number;
  /** Passing tests that ran it. */
  readonly passed: number;
}

export interface SpectrumTotals {
  readonly failed: number;
  readonly passed: number;
}

/** How suspicious a line is by its spectrum: 0 to 1, higher is more suspicious. */
export type Formula = (line: LineSpectrum, totals: SpectrumTotals) => number;

/** Ochiai: failed / sqrt(all failed * all that ran it). 0 for a line no failing test ran. */
export const ochiai: Formula = (line, totals) => {
  const ran = line.failed + line.passed;
  return line.failed === 0 ? 0 : line.failed / Math.sqrt(totals.failed * ran);
};

/**
 * D* with the star at 2, as its authors recommend (Wong, Debroy, Gao, Li: "The DStar Method for Effective Software
 * Fault Localization", 2014): failed² / (passed + failing tests that missed it), put into 0 to 1 by x / (1 + x).
 */
export const dstar: Formula = (line, totals) => {
  const squared = line.failed ** 2;
  const against = line.passed + totals.failed - line.failed;
  return line.failed === 0 ? 0 : squared / (squared + against);
};

/** A line's spectrum, with those of the parts of it that not every test ran that ran the line. */
export interface SplitSpectrum extends LineSpectrum {
  /** Column at which code begins -> tests that ran it. */
  readonly parts: ReadonlyMap<number, LineSpectrum>;
}

type Outcome = 'failed' | 'passed';
type Counts = Record<Outcome, number>;

/** Counts by path and line over tests, each with the lines it ran and whether it failed. */
export function countLines(tests: Iterable<{ readonly failed: boolean; readonly lines: LinesByPath }>): {
  totals: SpectrumTotals;
  lines: Map<string, Map<number, SplitSpectrum>>;
} {
  const totals: Counts = { failed: 0, passed: 0 };
  const ran = new Map<string, Map<number, Counts>>();
  const missed = new Map<string, Map<number, Map<number, Counts>>>();
  for (const test of tests) {
    const outcome: Outcome = test.failed ? 'failed' : 'passed';
    totals[outcome]++;
    for (const [path, own] of test.lines) {
      for (const [line, columns] of own) {
        counted(within(ran, path), line)[outcome]++;
        if (columns.size === 0) continue;
        const parts = within(within(missed, path), line);
        for (const column of columns) counted(parts, column)[outcome]++;
      }
    }
  }
  const lines = new Map(
    [...ran].map(([path, own]) => {
      const split = missed.get(path);
      return [path, new Map([...own].map(([line, all]) => [line, splitOf(all, split?.get(line))]))];
    }),
  );
  return { totals, lines };
}

function splitOf(all: Counts, missed: ReadonlyMap<number, Counts> = new Map()): SplitSpectrum {
  const parts = [...missed].map(([column, { failed, passed }]) => {
    return [column, { failed: all.failed - failed, passed: all.passed - passed }] as const;
  });
  return { ...all, parts: new Map(parts) };
}

function within<K, L, V>(map: Map<K, Map<L, V>>, key: K): Map<L, V> {
  const inner = map.get(key) ?? new Map<L, V>();
  map.set(key, inner);
  return inner;
}

function counted(map: Map<number, Counts>, key: number): Counts {
  const counts = map.get(key) ?? { failed: 0, passed: 0 };
  map.set(key, counts);
  return counts;
}

/**
 * The part of a line that is more suspicious than the line, as the column of its first code and of its last; null
 * where all that failing tests ran of it is equally so.
 */
export function suspiciousPart(
  line: SplitSpectrum,
  rate: (spectrum: LineSpectrum) => number,
): { readonly from: number; readonly to: number; readonly spectrum: LineSpectrum } | null {
  const parts = [...line.parts].sort(([a], [b]) => a - b);
  const score = Math.max(rate(line), ...parts.map(([, spectrum]) => rate(spectrum)));
  if (score <= rate(line)) return null;
  const best = parts.filter(([, spectrum]) => rate(spectrum) === score);
  const [from, spectrum] = best[0]!;
  let to = from;
  for (const [column, each] of parts) {
    if (column < from) continue;
    if (rate(each) < score) break;
    to = column;
  }
  return { from, to, spectrum };
}
