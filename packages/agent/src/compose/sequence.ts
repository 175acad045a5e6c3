import { type Agent, type AnyAgent, agent } from './agent.ts';

/**
 * One agent after the other; each gets what the one before it came to. It never stops early: work that gave up or ran
 * into a limit is a state like any other, the next agent may be there to pick it up, and only so is the value at the end
 * what the last one's type says. Where a budget that they share is used up, the later ones begin no rollout. What one of
 * them throws ends the whole. To leave some out by what came of others: `route`.
 */
export function sequence<A, B, C>(a: Agent<A, B>, b: Agent<B, C>): Agent<A, C>;
export function sequence<A, B, C, D>(a: Agent<A, B>, b: Agent<B, C>, c: Agent<C, D>): Agent<A, D>;
export function sequence<A, B, C, D, E>(
  a: Agent<A, B>,
  b: Agent<B, C>,
  c: Agent<C, D>,
  d: Agent<D, E>,
): Agent<A, E>;
export function sequence<A, B, C, D, E, F>(
  a: Agent<A, B>,
  b: Agent<B, C>,
  c: Agent<C, D>,
  d: Agent<D, E>,
  e: Agent<E, F>,
): Agent<A, F>;
/** Any number of those that give what they take. */
export function sequence<Value>(...agents: readonly Agent<Value, Value>[]): Agent<Value, Value>;
export function sequence(...agents: readonly AnyAgent[]): AnyAgent {
  return agent({ name: 'sequence', source: import.meta.url, uses: agents }, async (start, run) => {
    let state = start;
    for (const [index, each] of agents.entries())
      state = await run.call(each, state, { key: `${index + 1}-${each.op.name}` });
    return state;
  });
}
