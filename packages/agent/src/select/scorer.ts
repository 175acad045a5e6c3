import { canonicalJson, digestOf, type Op, op, type VersionTree } from '@heddle/core';
import * as z from 'zod/mini';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';

const why = z.optional(z.string());
const scoreSchema = z.union([
  z.object({ value: z.union([z.number(), z.boolean()]), why }),
  z.object({ unscored: z.string() }),
]);

/**
 * What a scorer says of a state: a number (the more the better), a boolean, or why it could not say; never silently
 * zero. `why`: what an agent that tries again should know.
 */
export type Score = z.infer<typeof scoreSchema>;

/** Judges a state. It may ask models and run things in forks through the run it is given. */
export type Scorer = Op<[state: AgentState, run: Run], Score>;

export interface ScorerParts {
  readonly name: string;
  /** `import.meta.url` of the file that defines it. */
  readonly source: string;
  readonly prompts?: Readonly<Record<string, string>>;
  /** What its scores depend on beside code: plain data, part of its version. */
  readonly config?: unknown;
  /** Ops that it calls. */
  readonly uses?: readonly { readonly op: { readonly version: VersionTree } }[];
}

/** Of a state's digest: enough to tell the states of one rollout apart. */
const DIGEST_CHARACTERS = 12;

/**
 * Makes a scorer of a function. A state is scored once in a rollout: the score is journaled under the state's digest, so
 * that it makes no difference in which order states come that are made side by side.
 */
export function scorer(
  { uses = [], ...parts }: ScorerParts,
  score: (state: AgentState, run: Run) => Promise<Score>,
): Scorer {
  const identity = {
    ...parts,
    get uses() {
      return uses.map(({ op: { version } }) => version);
    },
  };
  return op(identity, (state: AgentState, run: Run) =>
    run.once(`${parts.name}@${digestOfState(state)}`, scoreSchema, () => score(state, run)),
  );
}

/** The id of the rollout that did the work is left out: it says nothing of the work. */
function digestOfState({ work, ...state }: AgentState): string {
  const { rollout: _, ...done } = work ?? {};
  return digestOf(canonicalJson({ ...state, done })).slice(0, DIGEST_CHARACTERS);
}
