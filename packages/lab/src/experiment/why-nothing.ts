import type { Store } from '@heddle/core';
import { shortfallOf } from './outcome.ts';
import type { CountedTrial } from './report.ts';

/** Attempts of an agent whose journals are asked. */
const ASKED = 3;
/** Characters; it stands in a table. */
const MAX_REASON = 300;

/**
 * Agents of whom no attempt handed in a change -> the reason that most of the first ones gave when they ended. Agents
 * whose attempts say nothing are left out.
 */
export function whyNothing(
  store: Store,
  trials: readonly (CountedTrial & { readonly rollout: string | null })[],
): ReadonlyMap<string, string> {
  const whys = new Map<string, string>();
  for (const [agent, own] of Map.groupBy(trials, (trial) => trial.agent)) {
    const ended = own.flatMap(({ rollout, graded }) => (graded === null ? [] : [{ rollout, graded }]));
    if (ended.length === 0 || ended.some(({ graded }) => shortfallOf(graded.result) !== 'nothing')) continue;
    const reasons = ended.slice(0, ASKED).flatMap(({ rollout }) => reasonOf(store, rollout) ?? []);
    const [most] = [...Map.groupBy(reasons, (reason) => reason).values()].sort((a, b) => b.length - a.length);
    if (most !== undefined) whys.set(agent, most[0]!);
  }
  return whys;
}

function reasonOf(store: Store, rollout: string | null): string | null {
  if (rollout === null) return null;
  let reason = '';
  try {
    for (const { event } of store.read(rollout))
      if (event.type === 'rollout.completed') reason = event.reason;
  } catch {
    // Damaged, or of a newer Heddle: it gives no reason.
  }
  const line = reason.trim().split('\n', 1)[0]!;
  return line === '' ? null : line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)} …` : line;
}
