import { type Limits, NO_USAGE, type Work } from '@heddle/core';
import type { RolloutState } from '../state.ts';
import { stoppedWork } from './endings.ts';
import type { PoolLimit } from './pool.ts';

export const NOTHING_SPENT: Limits = { steps: 0, usd: 0, tokens: 0, seconds: 0 };

interface Cause {
  /** The limit of the caller's that is used up. */
  readonly limit: PoolLimit | null;
  /** What has broken it, if anything. */
  readonly broken?: string;
}

/** What its journal says of its end. Also what a replay finds `rollout.returned` to say (`replay-whole.ts`). */
export function endOf(state: RolloutState | null, id: string, { limit, broken }: Cause) {
  const { completed = null, paused = null, ledger, usage } = state ?? {};
  const { status, verified, probability, reason } = completed ?? {
    ...stoppedWork(paused?.code === 'model-unreachable' ? null : limit, id),
    ...(paused?.code === 'model-unreachable' ? { status: paused.code } : {}),
    ...(paused === null ? {} : { reason: paused.reason }),
  };
  const work: Work = { status, verified, probability, reason: broken ?? reason, rollout: id };
  const saved = ledger?.inherited ?? NOTHING_SPENT;
  return {
    work,
    patch: completed?.patch ?? paused?.patch,
    spent: ledger?.spent ?? NOTHING_SPENT,
    usage: usage ?? NO_USAGE,
    ...(saved.steps === 0 ? {} : { saved }),
  };
}
