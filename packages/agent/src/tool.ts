import type { CheckSpec, ModelFacingError, ObjectStore, Recorded } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import type * as z from 'zod/mini';
import type { Subject } from './guard/subject.ts';
import type { RunNested } from './nested-actions.ts';
import type { Draft, PlanItem, RunningSession, UndoEntry } from './remembered.ts';
import type { CheckRun } from './state.ts';

/**
 * What a model can do. A tool that fails in a way the model can mend throws {@link ModelFacingError}:
 * its message becomes the observation. Any other exception ends the rollout as a bug.
 */
export interface Tool<Input = unknown> {
  readonly name: string;
  /** For the model: what it does, when to use it, one example if the form is unusual. */
  readonly description: string;
  readonly schema: z.ZodMiniType<Input>;
  /** What the model is told of its arguments, where that is not `schema`: JSON schema. */
  readonly inputSchema?: Readonly<Record<string, unknown>>;
  /** What it may touch; snapshots and checks go by it, never by the tool's name. */
  readonly touches: Touches;
  /** What a call will do, for the guard. Without it, a tool that writes counts as writing inside. */
  subjects?(input: Input): readonly Subject[];
  run(input: Input, context: ToolContext): Promise<ToolResult>;
}

/** A tool of one's own, its input typed by its schema. */
export function tool<Input>(parts: Tool<Input>): Tool {
  return parts as Tool;
}

/** Journals tell of tools that an agent's own module brought as of a server with this name. */
export const MODULE_SERVER = 'module';

export interface Touches {
  /** May change files in the workspace: a snapshot follows, and the checks if files did change. */
  readonly writes: boolean;
  /** It changes the files that its `subjects` name and nothing else: a call can be tried in a fork. Default false. */
  readonly edits?: boolean;
  /** It acts beyond the sandbox: whatever it does stays done, and is not done again in a replay. Default false. */
  readonly outside?: boolean;
  /** The rollout may end with it: checks are made fresh before it runs. Default false. */
  readonly settles?: boolean;
}

/** Two results: `content` for the model (capped, which is said), `details` for people and programs. */
export interface ToolResult {
  readonly content: string;
  readonly details?: unknown;
  /** The whole output where `content` is an excerpt. */
  readonly full?: string;
  /** Pictures for a model that sees, after `content`. */
  readonly images?: readonly ToolImage[];
}

export interface ToolImage {
  /** `image/png`… */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** What a tool may know of the rollout so far: read from the journal, so it survives a crash. */
export interface RolloutView {
  /** The files as the user had them. */
  readonly base: string;
  /** The files before this action. */
  readonly snapshot: string;
  /** Edits that can be taken back, oldest first. */
  readonly undo: readonly UndoEntry[];
  /** Digests of the files' bytes as the model last saw or wrote them here, by path from the root. */
  readonly seen?: ReadonlyMap<string, string>;
  /** The first parts of a long text whose rest is still to come. */
  readonly draft?: Draft | null;
  /** Snapshot that `finish` showed for review in an earlier step. */
  readonly reviewed: string | null;
  /** What the first call of `finish` said of the work. */
  readonly summary: string | null;
  /** Programs may reach other machines. */
  readonly network?: boolean;
  /** Characters an observation may have; more is cut. */
  readonly room?: number;
  /** As it stands; empty without one. */
  readonly plan?: readonly PlanItem[];
  /** Programs that still run in shells. */
  readonly running?: readonly RunningSession[];
  /** Names of the views there are. */
  readonly views?: ReadonlySet<string>;
  /** A limit is used up: this is the last action there will be. */
  readonly last: boolean;
  /** Of the rollout's time. */
  readonly secondsLeft: number;
  /** `failed`: names of tests that failed in a run after the first. */
  checkRun(name: string): {
    readonly before: CheckRun | null;
    readonly last: CheckRun | null;
    readonly failed?: ReadonlySet<string>;
  };
}

/** What a tool is given: handles live here, never in a journaled value. */
export interface ToolContext {
  readonly workspace: Workspace;
  readonly objects: ObjectStore;
  /** Heddle's data folder: what a tool may keep over rollouts goes below `cache/`. Absent: nothing is kept. */
  readonly home?: string;
  readonly checks: readonly CheckSpec[];
  readonly view: RolloutView;
  /** The journal so far, its ancestors' part included. */
  events(): readonly Recorded[];
  /** Runs other tools as part of this action; absent inside such a one. */
  readonly nested?: { readonly tools: ReadonlyMap<string, Tool>; readonly run: RunNested };
  /**
   * A live handle a tool keeps (an open shell), made once per process; what must last goes in `details`.
   * One with a `dispose` is ended by it when the files are put back.
   */
  handle<T>(key: string, make: () => T): T;
  /** Vectors for texts, from the embedding model; absent: there is none. Throws OperatorError. */
  readonly embed?: (texts: readonly string[]) => Promise<readonly (readonly number[])[]>;
  /** The repository's own checks where the user named others; absent where there is nothing more to run. */
  readonly widerChecks?: () => Promise<readonly CheckSpec[]>;
  /** Secrets that this action names: for the environment of its command and nothing else. */
  readonly env?: Readonly<Record<string, string>>;
  /** Puts a question to a person; null: nobody is there, or no more. Absent: nobody ever was. */
  readonly ask?: (question: { question: string; assumption: string }) => Promise<string | null>;
  /** Output as it comes, for people who watch. */
  output(chunk: string): void;
  readonly signal: AbortSignal;
  /** Seed of the rollout, for whatever chooses at random. */
  readonly seed: number;
}
