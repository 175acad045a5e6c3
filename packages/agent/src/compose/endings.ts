import { OperatorError, type Work } from '@heddle/core';
import type { PoolLimit } from './pool.ts';

/**
 * The whole has to stop: the person stopped it, or something no agent can do anything about is in the way. Nothing is
 * journaled about what was under way, which goes on when the rollout is resumed. No agent catches it.
 */
export class Stopped extends Error {}

/** No model could be had for a rollout: it is paused, and so is the whole unless something else will do. */
export class Unreachable extends OperatorError {}

/** Nobody waits for the agent any more. It ends as `stopped`, whatever it makes of this. */
export class NotNeeded extends Error {
  constructor() {
    super('it was not needed any more');
  }
}

/** Work that was not begun; `limit` null: nobody waits for it. */
export function notBegun(limit: PoolLimit | null): Work {
  return unfinished(limit, `not begun: ${whyStopped(limit)}`, null);
}

/** Work that was stopped on the way. */
export function stoppedWork(limit: PoolLimit | null, rollout: string | null): Work {
  return unfinished(limit, `stopped: ${whyStopped(limit)}`, rollout);
}

function unfinished(limit: PoolLimit | null, reason: string, rollout: string | null): Work {
  const status = limit === null ? 'interrupted' : 'limit';
  return { status, verified: false, probability: null, reason, rollout };
}

const LIMIT_WORDS: Readonly<Record<PoolLimit, string>> = { usd: 'money', tokens: 'tokens', seconds: 'time' };

export function whyStopped(limit: PoolLimit | null): string {
  if (limit === null) return 'it was not needed any more';
  return `the ${LIMIT_WORDS[limit]} it shares with others ${limit === 'tokens' ? 'are' : 'is'} used up`;
}
