import { OperatorError } from '@heddle/core';
import * as z from 'zod/mini';
import { type Agent, type AgentState, agent } from './agent.ts';
import type { Run } from './run.ts';

export interface RouteOptions {
  /** What the choice depends on beside the function's own text: plain data, part of its version instead of that. */
  readonly config?: unknown;
}

/**
 * The agent that a function of the state chooses by name. The choice is journaled, so that the rollout goes the same way
 * when it is resumed. Throws OperatorError `no-such-route` for a name that is none of them, and what `choose` throws.
 */
export function route<In, Out, Name extends string>(
  choose: (state: AgentState<In>, run: Run) => Name | Promise<Name>,
  agents: Readonly<Record<Name, Agent<In, Out>>>,
  { config }: RouteOptions = {},
): Agent<In, Out> {
  const names = Object.keys(agents);
  return agent<In, Out>(
    {
      name: 'route',
      source: import.meta.url,
      config: { choose: config ?? String(choose), names },
      uses: Object.values<Agent<In, Out>>(agents),
    },
    async (state, run) => {
      const name = await run.once('choice', z.string(), async () => choose(state, run));
      if (!Object.hasOwn(agents, name)) {
        throw new OperatorError('no-such-route', `there is no agent "${name}" to go on with`, {
          hint: `the function that chooses must give one of: ${names.join(', ')}`,
        });
      }
      return run.call(agents[name as Name], state, { key: name });
    },
  );
}
