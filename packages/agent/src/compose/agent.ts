import { type AgentStateData, type OpIdentity, op, type VersionParts, type VersionTree } from '@heddle/core';
import type * as z from 'zod/mini';
import type { Run } from './run.ts';

/**
 * What agents hand on to each other. Plain data: it is journaled whole.
 * - `task`: what is asked of whoever gets it, in words.
 * - `snapshot`: the files.
 * - `work`: how the work in these files stands; null: nobody has worked yet.
 * - `value`: what agents tell each other beside files.
 */
export type AgentState<Value = unknown> = Omit<AgentStateData, 'value'> & { readonly value: Value };

/**
 * An op from state to state. Agents compose into agents: what an agent calls is an agent, called like a function.
 * A piece of work that failed is a state too (`work.status`); an exception is a prerequisite that is missing
 * (OperatorError) or a bug. Inside of `run` everything an agent does is journaled under its path, so that a rollout
 * whose process died goes on without doing anything twice: an agent must call the others in the same order each time.
 */
export interface Agent<In = unknown, Out = unknown> {
  (state: AgentState<In>, run: Run): Promise<AgentState<Out>>;
  readonly op: OpIdentity;
  /** What it does, without the journal round it. Called by {@link Run.call} alone. */
  readonly body: (state: AgentState<In>, run: Run) => Promise<AgentState<Out>>;
  /** What it takes and gives as `value`. Absent: anything, which it hands on. The types are those of the function. */
  readonly input?: z.ZodMiniType;
  readonly output?: z.ZodMiniType;
}

/** Any agent, whatever it takes and gives. */
// biome-ignore lint/suspicious/noExplicitAny: `never` in and `unknown` out could not be called.
export type AnyAgent = Agent<any, any>;

export interface AgentParts<In, Out> {
  readonly name: string;
  /** `import.meta.url` of the file that defines it. */
  readonly source: string;
  readonly prompts?: VersionParts['prompts'];
  /** What its behaviour depends on beside code: plain data, part of its version. */
  readonly config?: unknown;
  /** Agents, selectors, scorers that it calls. */
  readonly uses?: readonly { readonly op: { readonly version: VersionTree } }[];
  readonly input?: z.ZodMiniType<In>;
  readonly output?: z.ZodMiniType<Out>;
}

/** Makes an agent of a function. */
export function agent<In = unknown, Out = In>(
  { input, output, uses = [], ...parts }: AgentParts<In, Out>,
  body: (state: AgentState<In>, run: Run) => Promise<AgentState<Out>>,
): Agent<In, Out> {
  const identity: VersionParts = {
    kind: 'agent',
    ...parts,
    get uses() {
      return uses.map(({ op: { version } }) => version);
    },
  };
  const self: Agent<In, Out> = Object.assign(
    op(identity, (state: AgentState<In>, run: Run): Promise<AgentState<Out>> => run.call(self, state)),
    { body, ...(input === undefined ? {} : { input }), ...(output === undefined ? {} : { output }) },
  );
  return self;
}
