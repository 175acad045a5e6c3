import { OperatorError, type RolloutConfig } from '@heddle/core';

/** What a foreign program did cannot be gone on with, or asked for again, by a loop of ours. Throws OperatorError `peer-rollout`. */
export function refusePeer(rollout: string, { peer }: RolloutConfig): void {
  if (peer === undefined) return;
  throw new OperatorError('peer-rollout', `rollout ${rollout} was carried out by another program (${peer})`, {
    hint: `look at it with \`heddle show ${rollout}\`; one that was stopped goes on when its experiment does`,
  });
}
