import { type Accept, acceptorOf, best, verified } from './accept.ts';
import { type Agent, type AgentState, agent } from './agent.ts';
import { Stopped } from './endings.ts';
import { optionsAnd } from './options-and.ts';

export interface FallbackOptions {
  /** What is good enough for the next not to be asked. Default: work that was handed in. */
  readonly accept?: Accept;
  /** The files each begins with: those the first began with (default), or those the last one left. */
  readonly from?: 'start' | 'last';
}

/**
 * One agent after the other until one comes to something acceptable: the next is asked where the one before it threw (its
 * model is not to be had, it has a bug), gave up, ran into a limit of its own or is not accepted. Each gets the state that
 * the first one got. If none is accepted, the best of what they came to; if all throw, what the last of them threw.
 */
export function fallback<In, Out>(...agents: readonly Agent<In, Out>[]): Agent<In, Out>;
export function fallback<In, Out>(
  options: FallbackOptions,
  ...agents: readonly Agent<In, Out>[]
): Agent<In, Out>;
export function fallback<In, Out>(...given: readonly (FallbackOptions | Agent<In, Out>)[]): Agent<In, Out> {
  const [{ accept = handedIn, from = 'start' }, agents] = optionsAnd<FallbackOptions, Agent<In, Out>>(given);
  const acceptor = acceptorOf(accept);
  return agent<In, Out>(
    {
      name: 'fallback',
      source: import.meta.url,
      config: { accept: acceptor.config, from },
      uses: [...agents, ...acceptor.uses],
    },
    async (start, run) => {
      const ends: AgentState<Out>[] = [];
      let thrown: { readonly error: unknown } | undefined;
      for (const [index, each] of agents.entries()) {
        const last = from === 'last' ? ends.at(-1) : undefined;
        const state = last === undefined ? start : { ...start, snapshot: last.snapshot };
        try {
          const end = await run.call(each, state, { key: `${index + 1}-${each.op.name}` });
          ends.push(end);
          if (run.signal.aborted || (await acceptor.ask(end, run)).accepted) return end;
        } catch (error) {
          if (error instanceof Stopped) throw error;
          thrown = { error };
        }
      }
      const end = best(ends);
      if (end === undefined) throw thrown!.error;
      return end;
    },
  );
}

/** Work that its agent says is done; an agent that does no work in files has none to judge. */
function handedIn(state: AgentState): boolean {
  const { work } = state;
  return work === null || verified(state) || work.status === 'solved' || work.status === 'unverified';
}
