import { promptAt, resultOfState, stateOf } from '@heddle/agent';
import { OperatorError, type Recorded, type Store } from '@heddle/core';
import { journalOf } from './journal.ts';
import { entriesOf } from './journal-entries.ts';
import type { ToolDefinition, Trajectory, TrajectoryEnd, TrajectoryHead } from './trajectory.ts';

/**
 * A rollout of the store as a trajectory. The journal is passed through once for its end, and again each time its
 * entries are asked for.
 *
 * Throws OperatorError `no-such-rollout` if its process died before it began.
 */
export async function trajectoryOf(store: Store, rollout: string): Promise<Trajectory> {
  const state = stateOf([]);
  const beginning: Recorded[] = [];
  let asked = false;
  let first: Recorded | null = null;
  let last: Recorded | null = null;
  const children: string[] = [];
  for (const recorded of journalOf(store, rollout)) {
    state.apply(recorded);
    first ??= recorded;
    last = recorded;
    const { event } = recorded;
    if (event.type === 'rollout.delegated' && !children.includes(event.rollout)) children.push(event.rollout);
    if (!asked) beginning.push(recorded);
    asked ||= event.type === 'model.requested';
  }
  if (first === null || last === null)
    throw new OperatorError('no-such-rollout', `the process of rollout ${rollout} died before it began`, {
      hint: 'there is nothing to export',
    });
  const tools = asked ? await toolsOf(beginning) : [];
  const subs = new Map<string, Trajectory>();
  for (const child of children) {
    const made = await trajectoryOf(store, child).catch(notBegun);
    if (made !== null) subs.set(child, made);
  }
  const result = resultOfState(store, rollout, state);
  const end: TrajectoryEnd = {
    status: result.status,
    verified: result.verified,
    probability: result.probability,
    reason: result.reason,
    endedAt: last.at,
    patch: result.patch,
    usage: result.usage,
    usd: result.costUsd,
    steps: result.steps,
    seconds: result.seconds,
  };
  return {
    head: headOf(store, rollout, { state, first, tools }),
    entries: () => entriesOf(journalOf(store, rollout)),
    end,
    children: () => subs.values(),
  };
}

function headOf(
  store: Store,
  rollout: string,
  { state, first, tools }: { state: ReturnType<typeof stateOf>; first: Recorded; tools: ToolDefinition[] },
): TrajectoryHead {
  const { agent, config, task } = state;
  const [row] = store.rollouts({ prefix: rollout, limit: 1 });
  const started = first.event.type === 'rollout.started' ? first.event : null;
  const { seed, limits, sandbox, network, temperature } = config;
  return {
    id: rollout,
    agent,
    model: config.model,
    task: task.text,
    startedAt: first.at,
    tools,
    parent: row?.parent?.rollout ?? null,
    within: started?.within ?? null,
    meta: {
      heddle: started?.heddle,
      commit: task.commit,
      seed,
      limits,
      sandbox,
      network,
      ...(temperature === undefined ? {} : { temperature }),
    },
  };
}

async function toolsOf(beginning: readonly Recorded[]): Promise<ToolDefinition[]> {
  const step = beginning.at(-1)?.event;
  if (step?.type !== 'model.requested') return [];
  const { tools } = await promptAt(beginning, step.step);
  return tools.map(({ name, description, inputSchema }) => ({
    name,
    description: description ?? '',
    parameters: inputSchema as Record<string, unknown>,
  }));
}

/** A rollout that was ordered and never begun has no journal. */
function notBegun(error: unknown): null {
  if (error instanceof OperatorError && error.code === 'no-such-rollout') return null;
  throw error;
}
