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

/** Counts by path and line over tests, each with the lines it ran and whether it failed. */
export function countLines(
  tests: Iterable<{ readonly failed: boolean; readonly lines: ReadonlyMap<string, ReadonlySet<number>> }>,
): { totals: SpectrumTotals; lines: Map<string, Map<number, LineSpectrum>> } {
  const totals = { failed: 0, passed: 0 };
  const counts = new Map<string, Map<number, { failed: number; passed: number }>>();
  for (const test of tests) {
    const outcome = test.failed ? 'failed' : 'passed';
    totals[outcome]++;
    for (const [path, numbers] of test.lines) {
      const file = counts.get(path) ?? new Map<number, { failed: number; passed: number }>();
      counts.set(path, file);
      for (const number of numbers) {
        const line = file.get(number) ?? { failed: 0, passed: 0 };
        line[outcome]++;
        file.set(number, line);
      }
    }
  }
  return { totals, lines: counts };
}
