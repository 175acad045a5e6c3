import { calibration, type Stated } from '@heddle/lab';

export function calibrationText(title: string, statements: readonly Stated[]): string {
  const result = calibration(statements);
  if (result === null) return `${title}: nothing was stated.\n`;
  const lines = result.bins.map(({ from, to, count, stated, observed }) => {
    const [low, high] = [observed.low, observed.high].map((value) => Math.round(value * 100));
    const right = Math.round(observed.value * count);
    return `| ${from.toFixed(1)} – ${to.toFixed(1)} | ${count} | ${stated.toFixed(2)} | ${right} of ${count} [${low} – ${high} %] |`;
  });
  return [
    `${title}: stated probability against what came of it`,
    '',
    '| stated | answers | mean stated | right |',
    '|---|---|---|---|',
    ...lines,
    '',
    `Expected calibration error ${result.expectedError.toFixed(3)} over ${result.count} answers; Brier score ${result.brier.value.toFixed(3)}, of always stating the base rate ${result.brierOfBaseRate.toFixed(3)}.`,
    '',
  ].join('\n');
}
