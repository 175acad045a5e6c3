import { compareSides, sidesOf } from '@heddle/lab';
import type { CompareChoice } from '../commands/compare.ts';
import { heddleHome, openJournal } from '../home.ts';
import { comparisonText } from '../render/comparison-text.ts';
import { terminalOf } from '../terminal.ts';

/** `heddle compare`. */
export async function compareAgents(
  a: string,
  b: string | undefined,
  { json, flipped, withoutBroken }: CompareChoice,
): Promise<void> {
  const store = openJournal(heddleHome());
  const compared = compareSides(store, sidesOf(store, a, b), {
    partings: flipped,
    withoutBroken: withoutBroken === true,
  });
  if (json) process.stdout.write(`${JSON.stringify(compared, null, 2)}\n`);
  else process.stdout.write(comparisonText(compared, { ...terminalOf(process.stdout), flipped }));
}
