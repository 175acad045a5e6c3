import type { ChildProgress } from '@heddle/agent';
import type { CheckOutcome } from '@heddle/core';
import type { Palette } from '../palette.ts';

/** Failing tests of all checks before the first edit and now: `2 → 0 failing`, `✗ → ✓`; empty before any check. */
export function checkChange({ checks }: Pick<ChildProgress, 'checks'>, palette: Palette): string {
  const stands = [...checks.values()];
  if (stands.length === 0) return '';
  const before = failing(stands.map((stand) => stand.before));
  const now = failing(stands.map((stand) => stand.last));
  const paint = now.passed ? palette.green : now.worse(before) ? palette.red : palette.yellow;
  const noun = now.counted && before.counted ? ' failing' : '';
  const change = before.text === now.text ? now.text : `${before.text} → ${now.text}`;
  return before.text === now.text && !now.passed
    ? palette.dim(`${change}${noun}`)
    : paint(`${change}${noun}`);
}

function failing(outcomes: readonly CheckOutcome[]) {
  const passed = outcomes.every(({ status }) => status === 'passed');
  const counted = outcomes.every(
    ({ status, counts }) => status === 'passed' || (counts !== null && counts.failed > 0),
  );
  const total = outcomes.reduce((sum, { counts }) => sum + (counts?.failed ?? 0), 0);
  const bad = counted ? total : outcomes.filter(({ status }) => status !== 'passed').length;
  return {
    passed,
    counted,
    bad,
    text: counted ? String(total) : passed ? '✓' : '✗',
    worse: (other: { readonly bad: number }) => bad > other.bad,
  };
}
