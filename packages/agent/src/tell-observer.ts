import { messageOf } from '@heddle/core';
import type { Observer } from './rollout.ts';

/**
 * An observer that can do no harm: who watches must not end what is watched. Its first failure is reported as a
 * warning of the process; those after it would only say the same again.
 */
export function harmless(observer: Observer | undefined): Required<Observer> {
  let reported = false;
  const guarded = (tell: () => void) => {
    try {
      tell();
    } catch (error) {
      if (reported) return;
      reported = true;
      process.emitWarning(`what shows the rollout failed, the rollout goes on: ${messageOf(error)}`, {
        code: 'HEDDLE_OBSERVER',
      });
    }
  };
  return {
    event: (recorded) => guarded(() => observer?.event?.(recorded)),
    child: (recorded) => guarded(() => observer?.child?.(recorded)),
    delta: (text) => guarded(() => observer?.delta?.(text)),
    output: (chunk) => guarded(() => observer?.output?.(chunk)),
    network: (request) => guarded(() => observer?.network?.(request)),
  };
}
