import type { RolloutResult } from '@heddle/agent';
import { NO_USAGE } from '@heddle/core';
import type { AttemptEnd } from '../entrant.ts';
import type { InfraFault } from '../verdict.ts';

/** How an attempt ended, from a rollout's result. One that was broken off by a fault is not the agent's to answer for. */
export function attemptEndOf(result: RolloutResult, infra: InfraFault | null): AttemptEnd {
  const { status, patch, probability, usage, costUsd, steps, seconds, reason } = result;
  return {
    status: status === 'interrupted' ? 'failed' : status,
    ...{ patch, probability, usage, usd: costUsd, steps, seconds, reason, infra },
  };
}

/** An attempt that a fault kept from beginning. */
export function neverBegan(infra: InfraFault): AttemptEnd {
  return {
    ...{ status: 'failed', patch: '', probability: null, usage: NO_USAGE, usd: 0, steps: 0, seconds: 0 },
    ...{ reason: infra.message, infra },
  };
}
