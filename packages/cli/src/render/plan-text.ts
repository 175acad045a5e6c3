import type { Store } from '@heddle/core';
import { type ExperimentPlan, pastCosts, plan as planOf } from '@heddle/lab';
import type { Palette } from './palette.ts';
import { count, money } from './text.ts';

/** What most people want to tell apart. */
const DEFAULT_DIFFERENCE = 0.05;

interface PlanLook {
  readonly palette: Palette;
  readonly store: Store;
  /** To be seen, as a share. */
  readonly difference: number | undefined;
}

/** What is about to be run, what it can show, and what it costs as far as earlier experiments can tell. */
export function planText(
  plan: ExperimentPlan,
  { palette, store, difference = DEFAULT_DIFFERENCE }: PlanLook,
): string {
  const { agents, attempts, instances } = plan;
  const trials = agents.length * attempts * instances.length;
  const costs = pastCosts(store, plan);
  const known = costs.every((cost) => cost !== null);
  const each = costs.reduce<number>((sum, cost) => sum + (cost ?? 0), 0);
  const total = each * attempts * instances.length;
  const price = known
    ? `about ${money(total)} by what the same agents cost before`
    : 'the cost is unknown: no earlier experiment with these agents';
  const { sentence } = planOf({
    tasks: instances.length,
    attempts,
    difference,
    ...(known ? { usdPerTrial: each / agents.length } : {}),
  });
  const provers = agents
    .filter(({ kind }) => kind === 'oracle' || kind === 'nothing')
    .map(({ name }) => name);
  const lines = [
    `${palette.bold(count(trials, 'trial'))}: ${agents.map(({ name }) => name).join(' and ')} at ${count(instances.length, 'instance')} of ${plan.dataset.name}, ${count(attempts, 'attempt')} each; ${price}.`,
    provers.length === 0
      ? sentence
      : `${provers.join(' and ')} ${provers.length === 1 ? 'shows' : 'show'} which instances are sound: there is no difference between agents to plan for.`,
  ];
  return `${lines.join('\n')}\n`;
}
