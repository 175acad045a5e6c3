import type { OutcomeLetter } from '../../../src/told/trial-table.ts';

/** How a trial ended, in word, colour and shape: colour is never alone. */
export const OUTCOME_LOOKS: Readonly<
  Record<OutcomeLetter, readonly [tone: string, sign: string, word: string]>
> = {
  s: ['good', '✓', 'solved'],
  f: ['bad', '✗', 'not solved'],
  l: ['warn', '◔', 'limit'],
  i: ['infra', '▨', 'infra'],
  r: ['live', '●', 'running'],
  d: ['plain', '·', 'due'],
};

export function OutcomeBadge({ outcome }: { readonly outcome: OutcomeLetter }) {
  const [tone, sign, word] = OUTCOME_LOOKS[outcome];
  return (
    <span className={`badge badge-${tone}`}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  );
}
