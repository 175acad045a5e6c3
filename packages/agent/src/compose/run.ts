import type { CheckSpec, Limits, Recorded, RolloutEvent, Task } from '@heddle/core';
import type { Model, ModelRequest, Reply, YesNo } from '@heddle/models';
import type { Workspace } from '@heddle/workspace';
import type * as z from 'zod/mini';
import type { Comparison } from '../compare/compare.ts';
import type { Contest } from '../compare/question.ts';
import type { Consulted } from '../consult.ts';
import type { CheckEnd } from '../hands.ts';
import type { CheckRun } from '../state.ts';
import type { Tool } from '../tool.ts';
import type { Agent, AgentState } from './agent.ts';
import type { Composition } from './composition.ts';
import type { FirstRollout } from './late-fork.ts';

/** What an agent is given beside its state: where it stands, and all it may do. */
export interface Run {
  /** Its place among agents (`bestOf/2/solo`): the same in every run. */
  readonly path: string;
  readonly settings: Settings;
  /** What is the same for all agents of a rollout. */
  readonly ground: Ground;
  /** Aborted: stop; what is under way is kept. */
  readonly signal: AbortSignal;
  /** What is left to it of money, tokens and time: the least over all budgets it stands in. */
  remaining(): Omit<Limits, 'steps'>;
  /** Calls an agent as a part of this one; `agent(state, run)` does the same without options. */
  call<In, Out>(
    agent: Agent<In, Out>,
    state: AgentState<In>,
    options?: CallOptions,
  ): Promise<AgentState<Out>>;
  /** One rollout of the loop at `state.task`, beginning with the files of `state.snapshot`. */
  rollout<Value>(state: AgentState<Value>, loop?: LoopOptions): Promise<AgentState<Value>>;
  /** Does something once and for all: what it gave is journaled, and given again when the rollout is resumed. */
  once<T>(key: string, schema: z.ZodMiniType<T>, act: () => Promise<T>): Promise<T>;
  /** Asks a model, in the ledger. Null: there is no money left for it. Throws ModelError. */
  consult(role: Consulted['role'], request: ModelRequest, model?: string): Promise<Reply | null>;
  /** Whether its model answers questions in words; the embedded one works by tools alone. */
  answers(): Promise<boolean>;
  /** How likely a model holds the answer to be yes, in the ledger. Null: there is no money left. Throws ModelError. */
  yesNo(question: string, options?: Question): Promise<YesNo | null>;
  /**
   * Which of two patches a model finds better, asked in both orders, in the ledger. Null: there is no money left, or the
   * model answers no such questions. Throws ModelError.
   */
  compare(contest: Contest): Promise<(Comparison & { readonly model: string }) | null>;
  /** Writes to the rollout's journal. Events of an agent bear its path. */
  emit(event: RolloutEvent): void;
}

export interface Question {
  /** What it is about, told before it. */
  readonly context?: ModelRequest['prompt'];
  /** As `--model` takes it; default: the agent's own. */
  readonly model?: string;
}

/** What all agents of one rollout share. */
export interface Ground {
  readonly task: Task;
  readonly checks: readonly CheckSpec[];
  /** Snapshot of the files as the user had them. */
  readonly base: string;
  /** Holds the base; nobody works in it: `workspace.fork(snapshot)`, diffs and merges. */
  readonly workspace: Workspace;
  /** What the journal says so far. */
  readonly past: Composition;
  /** Stored bytes and their digest, secrets masked. */
  put(text: string): string;
  text(digest: string): string;
  /** What is known of a check on these very files, measured before. */
  known(check: CheckSpec, snapshot: string): CheckEnd | null;
  /** The check's run on the files as the user had them. */
  before(check: string): CheckRun | null;
  /** The journal of a rollout that worked for an agent. */
  events(rollout: string): readonly Recorded[];
  /** Takes known secrets out of a text. */
  mask(text: string): string;
}

/** What holds for an agent and all it calls, unless changed for one of them. */
export interface Settings {
  /** As `--model` takes it. */
  readonly model: string;
  readonly temperature?: number;
  readonly seed: number;
  /** Opt-in tools by name, and tools of a module's own. */
  readonly tools: readonly (string | Tool)[];
  /** Who summarises when a context fills; null: nobody, a line a step. Absent: as the rollout's. */
  readonly memory?: string | null;
  /** Said to the model after the task: how this attempt is to differ from others. */
  readonly approach?: string;
  /** Model turns of one rollout. */
  readonly steps: number;
  /** For the first rollout that is begun with these settings (late fork). */
  readonly first?: FirstRollout;
}

export interface CallOptions {
  /** In the path, instead of the agent's name; a second of the same key is numbered. */
  readonly key?: string;
  readonly settings?: Partial<Settings>;
  /** Aborted: it and all it has begun is stopped, as one who was too late. */
  readonly signal?: AbortSignal;
  /** Of its own, within what is left to the caller. */
  readonly budget?: Partial<Omit<Limits, 'steps'>>;
}

/** How a rollout's loop differs from the default agent's. */
export interface LoopOptions {
  /** Instead of the default agent's system prompt. */
  readonly system?: string;
  /** Late fork: the rollout whose past it takes over, up to the end of a step. */
  readonly from?: { readonly rollout: string; readonly step: number };
  /** Checks in place of the task's own; a part of the work may have others. */
  readonly checks?: readonly CheckSpec[];
  /** Instead of the model's default tools; those of the settings come beside them. */
  readonly only?: readonly string[];
  /** Told of each event of the rollout, from its first. */
  readonly onEvent?: (event: RolloutEvent, rollout: string) => void;
}

/** Opens models for agents; `Runtime` and tests give it. */
export type OpenModel = (
  spec: string,
  options: { readonly seed: number; readonly temperature?: number },
) => Promise<Model>;

/** Who summarises for a model, as `--model` takes it; null: nobody. */
export type MemoryOf = (spec: string) => string | null;
