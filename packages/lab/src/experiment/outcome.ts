import type { Outcome } from '../statistics/outcomes.ts';
import type { TrialResult } from '../trial-result.ts';

/** How a graded trial counts. `infra`: nothing is known of it, by no fault of the agent's. */
export function outcomeOf({ resolved, status }: Pick<TrialResult, 'resolved' | 'status'>): Outcome {
  if (resolved === null) return 'infra';
  if (resolved) return 'solved';
  return status === 'limit' ? 'limit' : 'failed';
}

/** What was wrong with an attempt that has a verdict and is not solved. */
export type Shortfall = 'limit' | 'nothing' | 'refused' | 'fooled' | 'wrong';

/**
 * The first of these that holds. `limit`: it was stopped. `nothing`: it handed in no change. `refused`: its patch does not
 * apply. `fooled`: all that it could check passed, and the grader's tests do not. `wrong`: its patch is wrong, and it had
 * no reason to think otherwise. Null: it is solved, or has no verdict.
 */
export function shortfallOf(result: Pick<TrialResult, 'resolved' | 'status' | 'patch'>): Shortfall | null {
  if (result.resolved !== false) return null;
  if (result.status === 'limit') return 'limit';
  if (result.patch === 'empty') return 'nothing';
  if (result.patch === 'not-applicable') return 'refused';
  return result.status === 'solved' ? 'fooled' : 'wrong';
}
