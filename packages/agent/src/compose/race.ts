import * as z from 'zod/mini';
import { type Accept, acceptorOf, best, verified } from './accept.ts';
import { type Agent, type AgentState, agent } from './agent.ts';
import { Stopped } from './endings.ts';
import { optionsAnd } from './options-and.ts';

export interface RaceOptions {
  /** What wins. Default: verified work. */
  readonly accept?: Accept;
}

/**
 * Agents side by side from the same state, in forks of their own: the first to come to something acceptable wins, and
 * the others are stopped. If none does, the best of what they came to. One that throws is out; if all do, the race throws
 * what the first of them threw.
 */
export function race<In, Out>(...agents: readonly Agent<In, Out>[]): Agent<In, Out>;
export function race<In, Out>(options: RaceOptions, ...agents: readonly Agent<In, Out>[]): Agent<In, Out>;
export function race<In, Out>(...given: readonly (RaceOptions | Agent<In, Out>)[]): Agent<In, Out> {
  const [{ accept = verified }, agents] = optionsAnd<RaceOptions, Agent<In, Out>>(given);
  const acceptor = acceptorOf(accept);
  return agent<In, Out>(
    {
      name: 'race',
      source: import.meta.url,
      config: { accept: acceptor.config },
      uses: [...agents, ...acceptor.uses],
    },
    async (start, run) => {
      const over = new AbortController();
      const known = run.ground.past.values.get(`${run.path}/winner`);
      if (known !== undefined) over.abort();
      const ends: AgentState<Out>[] = [];
      const errors: { readonly error: unknown }[] = [];
      let winner: AgentState<Out> | undefined;
      const enter = async (each: Agent<In, Out>, index: number) => {
        const runner = index + 1;
        try {
          const key = `${runner}-${each.op.name}`;
          const end = await run.call(each, start, { key, signal: over.signal });
          ends[index] = end;
          if (winner !== undefined || (known !== undefined && known !== runner)) return;
          if (known === undefined && !(await acceptor.ask(end, run)).accepted) return;
          if (winner !== undefined) return;
          winner = end;
          await run.once('winner', z.number(), async () => runner);
          over.abort();
        } catch (error) {
          if (error instanceof Stopped) throw error;
          errors[index] = { error };
        }
      };
      await Promise.all(agents.map(enter));
      const end = winner ?? best(ends.filter((each) => each !== undefined));
      if (end === undefined) throw errors.find((each) => each !== undefined)!.error;
      return end;
    },
  );
}
