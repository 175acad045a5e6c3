import { shuffled, type TrialRow } from '@heddle/core';
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
