import type { RolloutState } from './state.ts';

/** Longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Fires when the time that the rollout may take is over. */
export function timeLimit({ ledger }: RolloutState): AbortSignal {
  const left = Math.ceil(ledger.remaining('seconds') * 1000);
  return AbortSignal.timeout(Math.min(MAX_TIMER_MS, Math.max(1, left)));
}
