import type { Outcome } from '../statistics/outcomes.ts';
import type { TrialResult } from '../trial-result.ts';

/** How a graded trial counts. `infra`: nothing is known of it, by no fault of the agent's. */
export function outcomeOf({ resolved, status }: Pick<TrialResult, 'resolved' | 'status'>): Outcome {
  if (resolved === null) return 'infra';
  if (resolved) return 'solved';
  return status === 'limit' ? 'limit' : 'failed';
}
