import type { RolloutLine } from '../../../src/told/lines.ts';

type Status = RolloutLine['status'] | 'infra' | 'due';

/** Word, colour and shape: colour is never alone. */
const LOOKS: Readonly<Record<Status, readonly [tone: string, sign: string, word: string]>> = {
  running: ['live', '●', 'running'],
  solved: ['good', '✓', 'solved'],
  unverified: ['plain', '○', 'unverified'],
  'gave-up': ['bad', '✗', 'gave up'],
  limit: ['warn', '◔', 'limit'],
  'model-unreachable': ['warn', '⚠', 'model unreachable'],
  failed: ['bad', '✗', 'failed'],
  interrupted: ['warn', '‖', 'interrupted'],
  unreadable: ['warn', '?', 'unreadable'],
  infra: ['infra', '▨', 'infra'],
  due: ['plain', '·', 'due'],
};

/** How a rollout stands -> its word. */
export const STATUS_WORDS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(LOOKS).flatMap(([status, [, , word]]) =>
    status === 'infra' || status === 'due' ? [] : [[status, word]],
  ),
);

export function StatusBadge({ status }: { readonly status: Status }) {
  const [tone, sign, word] = LOOKS[status];
  return (
    <span className={`badge badge-${tone}`}>
      <span aria-hidden="true">{sign}</span> {word}
    </span>
  );
}
