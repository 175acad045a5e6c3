import type { ExitCode } from '@heddle/core';
import { FAILURES, type ModelError } from './errors.ts';

export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly tries: number;
  /** Wait before the second try; doubles with each further one. */
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
  /** A provider that asks for a longer wait than this (a spent daily quota) ends the retries. */
  readonly longestRetryAfterSeconds: number;
}

/** Eight tries spread over about two minutes outlast a deploy or a burst, not an outage. */
export const DEFAULT_RETRY: RetryPolicy = {
  tries: 8,
  firstWaitSeconds: 1,
  longestWaitSeconds: 60,
  longestRetryAfterSeconds: 300,
};

export type Decision =
  | { readonly retry: true; readonly waitSeconds: number }
  | { readonly retry: false; readonly exitCode: ExitCode };

/**
 * What follows a failed try: another one after a wait, or the end with an exit code.
 * `random` (0 to 1) spreads the waits of several rollouts over the upper half of each step,
 * so that they don't come back all at once. A wait the provider names is kept, plus at most a tenth.
 */
export function decide(
  error: ModelError,
  tried: number,
  policy: RetryPolicy = DEFAULT_RETRY,
  random: number = Math.random(),
): Decision {
  const { retryable, exitCode } = FAILURES[error.code];
  if (!retryable || tried >= policy.tries) return { retry: false, exitCode };
  const asked = error.retryAfterSeconds;
  if (asked !== undefined) {
    if (asked > policy.longestRetryAfterSeconds) return { retry: false, exitCode };
    return { retry: true, waitSeconds: asked * (1 + random / 10) };
  }
  const step = Math.min(policy.firstWaitSeconds * 2 ** (tried - 1), policy.longestWaitSeconds);
  return { retry: true, waitSeconds: step * (0.5 + random / 2) };
}
