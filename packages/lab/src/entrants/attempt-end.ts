import type { RolloutResult } from '@heddle/agent';
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
  const usage = {
    inputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
  };
  return {
    ...{ status: 'failed', patch: '', probability: null, usage, usd: 0, steps: 0, seconds: 0 },
    ...{ reason: infra.message, infra },
  };
}
