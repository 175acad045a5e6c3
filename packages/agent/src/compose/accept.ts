import type { Scorer } from '../select/scorer.ts';
import type { AgentState } from './agent.ts';
import type { Run } from './run.ts';

/** What is good enough: a predicate, a scorer (its `true`, or {@link DEFAULT_LEAST}), or one with a threshold of its own. */
export type Accept =
  | ((state: AgentState) => boolean)
  | Scorer
  | { readonly scorer: Scorer; readonly atLeast: number };

/** Of a score that is a number, such as a probability. */
const DEFAULT_LEAST = 0.5;

export interface Acceptance {
  readonly accepted: boolean;
  /** Of what is not accepted; empty: nobody said. */
  readonly why: string;
}

/** What a combinator needs of it: for its version, and to ask it. */
export interface Acceptor {
  readonly config: unknown;
  readonly uses: readonly Scorer[];
  ask(state: AgentState, run: Run): Promise<Acceptance>;
}

/** Work whose checks pass and one of which failed before. */
export function verified({ work }: AgentState): boolean {
  return work?.verified === true;
}

export function acceptorOf(accept: Accept): Acceptor {
  if (typeof accept === 'function' && !isScorer(accept)) {
    return {
      config: accept === verified ? 'verified' : String(accept),
      uses: [],
      ask: async (state) => ({ accepted: accept(state), why: '' }),
    };
  }
  const { scorer, atLeast } = isScorer(accept) ? { scorer: accept, atLeast: DEFAULT_LEAST } : accept;
  return {
    config: { atLeast },
    uses: [scorer],
    ask: async (state, run) => {
      const score = await scorer(state, run);
      if ('unscored' in score) return { accepted: false, why: `not scored: ${score.unscored}` };
      const { value, why = `${scorer.op.name}: ${value}` } = score;
      return { accepted: value === true || (value !== false && value >= atLeast), why };
    },
  };
}

function isScorer(accept: Accept): accept is Scorer {
  return 'op' in accept;
}

/** Of several states none of which is good enough the best is the first of the highest standing. */
export function best<Value>(states: readonly AgentState<Value>[]): AgentState<Value> | undefined {
  return states.reduce<AgentState<Value> | undefined>(
    (most, state) => (most === undefined || standing(state) > standing(most) ? state : most),
    undefined,
  );
}

/** Verified, handed in, ended at a limit with something done, gave up, never came to an end. */
function standing({ work }: AgentState): number {
  if (work === null) return 0;
  if (work.verified) return 5;
  switch (work.status) {
    case 'solved':
    case 'unverified':
      return 4;
    case 'limit':
      return work.rollout === null ? 1 : 3;
    case 'gave-up':
      return 2;
    default:
      return 1;
  }
}
