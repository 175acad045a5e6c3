import { recordedAttempts } from '../../../cli/test/recorded-attempts.ts';
import { studio } from '../support.ts';

/** Five attempts with a late fork, written by the rollouts that made them. */
export function attempts() {
  const here = studio();
  const next = new Map<string, number>();
  for (const { recorded } of recordedAttempts(here.store.objects)) {
    const { rollout, event, at } = recorded;
    if (!next.has(rollout)) {
      const parent = event.type === 'rollout.forked' ? event.parent : null;
      here.store.create({ rollout, parent, createdAt: at });
      next.set(rollout, parent === null ? 0 : parent.position + 1);
    }
    const position = next.get(rollout)!;
    next.set(rollout, position + 1);
    here.store.append(rollout, position, event, at);
  }
  return { ...here, whole: [...next.keys()][0]! };
}
