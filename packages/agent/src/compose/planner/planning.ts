import * as z from 'zod/mini';
import { PLANNER_PROMPT } from '../../prompts/planner.ts';
import { solo as loop } from '../../solo.ts';
import { type Agent, type AgentState, agent } from '../agent.ts';
import type { Run } from '../run.ts';
import { planFinish, planIn } from './hand-in.ts';
import { type Plan, planSchema } from './plan.ts';

/** What it has of the default tools: it looks, and hands in a plan instead of work. */
const LOOKING = ['bash', 'recall', 'ask'];
/** Model turns for one plan: who needs more of them is doing the work. */
const PLANNING_STEPS = 30;

/**
 * One rollout that reads the repository and gives a plan as its value; null: it came to none. What it does to files is
 * lost, on purpose. Its `finish` is {@link planFinish}, which {@link makePlan} brings.
 */
export const planning: Agent<unknown, Plan | null> = agent<unknown, Plan | null>(
  {
    name: 'planning',
    source: import.meta.url,
    prompts: { system: PLANNER_PROMPT, finish: planFinish.description },
    uses: [loop],
    output: z.nullable(planSchema),
  },
  async (state, run) => {
    let value: Plan | null = null;
    const { work } = await run.rollout(state, {
      system: PLANNER_PROMPT,
      only: LOOKING,
      onEvent: (event) => {
        value = planIn(event) ?? value;
      },
    });
    return { ...state, work, value };
  },
);

export function makePlan(run: Run, round: number, state: AgentState): Promise<AgentState<Plan | null>> {
  const { tools, steps } = run.settings;
  return run.call(planning, state, {
    key: `plan-${round}`,
    settings: { tools: [...tools, planFinish], steps: Math.min(steps, PLANNING_STEPS) },
  });
}
