import type { Store } from '@heddle/core';
import { type ExperimentPlan, readPlan } from './plan.ts';
import { gradedOf } from './report.ts';

/** Experiments that are looked at for what a trial costs: older ones say less and less. */
const LOOKED_AT = 20;

/**
 * Mean dollars of a trial of each agent of a plan, from the newest experiment in which the same agent (the same version,
 * else the same words and model) took part: of this dataset if there is one, else of any. Null: it never did.
 */
export function pastCosts(store: Store, plan: ExperimentPlan): (number | null)[] {
  const past = store.experiments.list({ limit: LOOKED_AT }).map((row) => {
    const asked = readPlan(store, row.plan);
    return { row, asked, near: asked.dataset.name === plan.dataset.name };
  });
  past.sort((a, b) => Number(b.near) - Number(a.near));
  const costIn = (experiment: string, agent: string) => {
    const graded = gradedOf(store.experiments.trials(experiment, { agent, state: 'graded' }));
    return graded.length === 0
      ? null
      : graded.reduce((sum, { result }) => sum + result.usd, 0) / graded.length;
  };
  return plan.agents.map(({ version, spec, model }) => {
    for (const same of [
      (each: ExperimentPlan['agents'][number]) => each.version === version,
      (each: ExperimentPlan['agents'][number]) => each.spec === spec && each.model === model,
    ])
      for (const { row, asked } of past) {
        const agent = asked.agents.find(same);
        const cost = agent === undefined ? null : costIn(row.experiment, agent.name);
        if (cost !== null) return cost;
      }
    return null;
  });
}
