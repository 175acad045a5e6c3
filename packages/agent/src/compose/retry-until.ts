import { excerpt } from '../excerpt.ts';
import { type Accept, type Acceptance, acceptorOf, best, verified } from './accept.ts';
import { type Agent, type AgentState, agent } from './agent.ts';
import type { Run } from './run.ts';

export interface RetryOptions {
  /** What is good enough. Default: verified work. */
  readonly accept?: Accept;
  /** Attempts in all, the first included. */
  readonly most: number;
  /** The files each begins with: those the first began with (default), or those the last one left. */
  readonly from?: 'start' | 'last';
  /** What the next is told of the last, after the task. Default: why it was not accepted, what it said, its patch. */
  readonly tell?: (last: Learnt) => string;
}

/** What is known of an attempt that was not accepted. */
export interface Learnt {
  readonly state: AgentState;
  /** Why it was not accepted; empty: nobody said. */
  readonly why: string;
  /** Against the files it began with. */
  readonly patch: string;
  /** The next begins with the files it left. */
  readonly kept: boolean;
}

/** Of the last patch and of what was said of it: enough to see what was tried, little beside the task's own context. */
const MAX_PATCH_CHARACTERS = 6_000;
const MAX_SAID_CHARACTERS = 2_000;

/**
 * An agent again and again, each time told what was learnt from the last, until what it comes to is accepted or it has
 * been asked `most` times; then the best of what it came to. What it throws ends the whole. (Reflexion, 2023, without a
 * model that reflects: what is told is what was measured.)
 */
export function retryUntil<In, Out>(
  { accept = verified, most, from = 'start', tell = told }: RetryOptions,
  inner: Agent<In, Out>,
): Agent<In, Out> {
  const acceptor = acceptorOf(accept);
  return agent<In, Out>(
    {
      name: 'retryUntil',
      source: import.meta.url,
      config: { accept: acceptor.config, most, from, ...(tell === told ? {} : { tell: String(tell) }) },
      uses: [inner, ...acceptor.uses],
    },
    async (start, run) => {
      const ends: AgentState<Out>[] = [];
      let state = start;
      while (ends.length < Math.max(1, most)) {
        const end = await run.call(inner, state, { key: String(ends.length + 1) });
        // The task stays the one that was asked: what was told of one attempt is for the next alone.
        ends.push({ ...end, task: start.task });
        if (run.signal.aborted) break;
        const acceptance = await acceptor.ask(end, run);
        if (acceptance.accepted) return ends.at(-1)!;
        if (ends.length >= most) break;
        const last = { ...(await learnt(state, end, acceptance, run)), kept: from === 'last' };
        const snapshot = last.kept ? end.snapshot : start.snapshot;
        state = { ...start, snapshot, task: `${start.task}\n\n${tell(last)}` };
      }
      return best(ends)!;
    },
  );
}

async function learnt(
  { snapshot }: AgentState,
  end: AgentState,
  { why }: Acceptance,
  { ground }: Run,
): Promise<Omit<Learnt, 'kept'>> {
  const patch = snapshot === end.snapshot ? '' : await ground.workspace.diff(snapshot, end.snapshot);
  return { state: end, why, patch: ground.mask(patch) };
}

function told({ state: { work }, why, patch, kept }: Learnt): string {
  const said = work?.reason ?? '';
  return [
    `An earlier attempt at this was not good enough${why === '' ? '' : `: ${excerpt(why, MAX_SAID_CHARACTERS).text}`}.`,
    ...(said === '' ? [] : [`It said of itself: ${excerpt(said, MAX_SAID_CHARACTERS).text}`]),
    patch === ''
      ? 'It had changed nothing.'
      : `What it had changed, ${kept ? 'which is in the files now' : 'which is undone'}:\n\n${excerpt(patch, MAX_PATCH_CHARACTERS).text.trimEnd()}`,
  ].join('\n\n');
}
