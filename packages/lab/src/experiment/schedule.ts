import type { TrialRow } from '@heddle/core';
import type { ExperimentPlan } from './plan.ts';

/**
 * Every trial of a plan in the order of work, which is fair to all agents whenever it is broken off: instances in an
 * order shuffled by the seed; at each, the first attempt of every agent, then the second…; who is first goes round. So a
 * machine or a provider that becomes slower meanwhile hits all alike.
 */
export function* schedule({
  instances,
  agents,
  attempts,
  seed,
}: Pick<ExperimentPlan, 'instances' | 'agents' | 'attempts' | 'seed'>): Generator<
  Pick<TrialRow, 'agent' | 'instance' | 'attempt' | 'order'>
> {
  let order = 0;
  let first = 0;
  for (const { id } of shuffled(instances, seed))
    for (let attempt = 1; attempt <= attempts; attempt++, first++)
      for (let next = 0; next < agents.length; next++) {
        const { name } = agents[(first + next) % agents.length]!;
        yield { agent: name, instance: id, attempt, order };
        order += 1;
      }
}

/** The same order for the same seed, everywhere. Fisher and Yates. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = mulberry32(seed);
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

/** Tommy Ettinger's 32-bit generator: 0 to 1, the same everywhere. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
