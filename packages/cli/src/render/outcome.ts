import type { CheckOutcome } from '@heddle/core';
import type { Palette } from './palette.ts';

/** A check's outcome in a few words: `✓ all 34 pass`, `✗ 2 failing`, `✗ exit 1`, `✗ hung`. */
export function outcomeText(outcome: CheckOutcome, { green, red }: Palette): string {
  const { status, counts, exitCode } = outcome;
  switch (status) {
    case 'passed':
      return green(counts === null ? '✓ passes' : `✓ ${allPass(counts.passed)}`);
    case 'failed': {
      if (counts !== null && counts.failed > 0) return red(`✗ ${counts.failed} failing`);
      return red(exitCode === null ? '✗ fails' : `✗ exit ${exitCode}`);
    }
    case 'hung':
      return red('✗ hung');
    case 'broken':
      return red('✗ cannot run');
    default:
      return status satisfies never;
  }
}

function allPass(passed: number): string {
  return passed === 1 ? '1 passes' : `all ${passed} pass`;
}

/** How a check stood and how it stands; one outcome when they are alike. */
export function changeText(
  before: CheckOutcome | null,
  after: CheckOutcome | null,
  palette: Palette,
): string {
  const texts = [before, after].filter((each) => each !== null).map((each) => outcomeText(each, palette));
  if (texts.length === 0) return palette.dim('not run');
  return texts.length === 2 && texts[0] !== texts[1] ? `${texts[0]} → ${texts[1]}` : texts.at(-1)!;
}
