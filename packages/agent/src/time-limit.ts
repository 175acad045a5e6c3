import type { RolloutState } from './state.ts';

/** Longest delay a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Fires when the time that the rollout may take is over. */
export function timeLimit({ ledger }: RolloutState): AbortSignal {
  return timer(ledger.remaining('seconds'));
}

/** Fires in so many seconds, at the latest in 24 days. */
export function timer(seconds: number): AbortSignal {
  return AbortSignal.timeout(Math.min(MAX_TIMER_MS, Math.max(1, Math.ceil(seconds * 1000))));
}
