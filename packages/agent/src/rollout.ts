import type {
  CheckOutcome,
  CheckSpec,
  ExitCode,
  Limits,
  Recorded,
  RolloutStatus,
  Store,
  Usage,
} from '@heddle/core';
import type { Embedder, Model } from '@heddle/models';
import type { NetworkRequest, ProgramEnvironment, SandboxKind } from '@heddle/workspace';
import type { GuardOptions } from './guard/guard.ts';
import type { Hook } from './hooks/hook.ts';
import type { Guide } from './knowledge/guides.ts';
import type { UserSkill } from './knowledge/skills.ts';
import type { McpServers } from './mcp/server.ts';
import type { Assumption, ComparedEdit } from './remembered.ts';
import type { Difference } from './versions/first-difference.ts';

/** What every way of running a rollout (solve, resume, fork, replay) needs. */
export interface Runtime {
  readonly store: Store;
  /** Heddle's data folder: working copies and shadow object stores live below it. */
  readonly home: string;
  readonly observer?: Observer;
  /** Aborted: the rollout is paused, its patch so far kept, and can be resumed. */
  readonly signal?: AbortSignal;
  /** Asked from then on when the rollout's model fails in spite of its tries. */
  readonly fallback?: Model;
  /** Asked for edits of its own wherever the rollout's model makes some; the better ones are made (docs/two-models.md). */
  readonly rival?: LaterModel;
  /** Says which of two patches is better where the checks don't. Default: the rollout's model. */
  readonly comparator?: LaterModel;
  /** Summarises the oldest steps when the context fills; without one a line per step stands for them. */
  readonly memory?: LaterModel;
  /** With it, `recall` finds what is near in meaning too. */
  readonly embedder?: LaterEmbedder;
  /** Who answers what the model asks of the person that gave the task. Default: nobody. */
  readonly answerer?: Answerer;
  /** Who is asked before what, secrets, hosts. Default: nobody is asked, no secrets, no hosts. */
  readonly guard?: GuardOptions;
  /** Asked before and after actions. They belong to the run, like the guard: `resume` is given its own. */
  readonly hooks?: readonly Hook[];
  /** MCP servers that may be used. */
  readonly mcp?: McpServers;
  /** What the user wants of all work, told before what repositories say. Read when a workspace is prepared. */
  readonly guides?: readonly Guide[];
  /** The user's own know-how; its folders are shown to programs in the workspace, read-only where there are walls. */
  readonly skills?: readonly UserSkill[];
  /** What programs in the workspace need that is not among the files; `shown`: folders of this machine they may read. */
  readonly environment?: ProgramEnvironment & { readonly shown?: readonly string[] };
}

/** A model that is opened when it is first needed. */
export interface LaterModel {
  readonly id: string;
  /** Throws OperatorError: its key is missing. */
  open(): Promise<Model>;
}

export interface LaterEmbedder {
  readonly id: string;
  /** Throws OperatorError: its key is missing. */
  open(): Promise<Embedder>;
}

/** What the model asks of a person, and what it goes by without an answer. */
export interface AskedOfPerson {
  readonly rollout: string;
  readonly question: string;
  readonly assumption: string;
}

export interface Answerer {
  /** Null: nobody is there any more. Rejects when `signal` is aborted: the rollout is then paused. */
  answer(question: AskedOfPerson, signal: AbortSignal): Promise<string | null>;
}

export interface SolveOptions {
  /** The rollout's id, where somebody has to know it before it begins. Default: a new one. */
  readonly id?: string;
  /** What is asked, in the user's words. */
  readonly task: string;
  /** Any folder inside the repository. */
  readonly repo: string;
  readonly model: Model;
  /** Default: detected from the repository. An empty list means none, on purpose. */
  readonly checks?: readonly CheckSpec[];
  /** From an option or a configuration file; default: by `checks`. */
  readonly checksFrom?: 'option' | 'configuration';
  readonly limits?: Partial<Limits>;
  /** Default `auto`: the strongest that works here; never `host` unless named. */
  readonly sandbox?: SandboxKind | 'auto';
  /** Default false. */
  readonly network?: boolean;
  /** Opt-in tools beside the default ones; `mcp:NAME` for those of a server of `Runtime.mcp`. */
  readonly tools?: readonly string[];
  readonly seed?: number;
  /** Default true: a rollout that turns in circles is told so, and ends if it goes on. */
  readonly stuckCheck?: boolean;
}

/** One event stream, many renderers (terminal, JSON, tests). What a callback throws is reported once and passed over. */
export interface Observer {
  event?(recorded: Recorded): void;
  /** An event of a rollout that works on behalf of this one. */
  child?(recorded: Recorded): void;
  /** The model's words while they stream; the whole comes later as `model.completed`. */
  delta?(text: string): void;
  /** Output of a running action or check, as it comes. */
  output?(chunk: string): void;
  /** What a program asked of the network through the allow-list, let through or not. */
  network?(request: NetworkRequest): void;
}

/** How a rollout ended or was paused: what `heddle solve --json` prints. */
export interface RolloutResult {
  readonly rollout: string;
  readonly status: RolloutStatus | 'interrupted';
  readonly verified: boolean;
  /** Git patch against the files the user had; empty when nothing changed. */
  readonly patch: string;
  readonly probability: number | null;
  readonly checks: readonly CheckResult[];
  /** Number of its last step, a fork counting on from its parent's; with agents, the steps of all their rollouts. */
  readonly steps: number;
  /** Its own spending: that of the past it shares with its parent is `inherited`. */
  readonly usage: Usage;
  readonly costUsd: number;
  readonly seconds: number;
  /** A fork: what was spent on the steps before its own. */
  readonly inherited?: Limits;
  readonly reason: string;
  /** What the model asked and nobody answered, and what it went by instead. */
  readonly assumptions?: readonly Assumption[];
  /** Steps whose edits a second model proposed too, and whose edits were made. */
  readonly compared?: readonly ComparedEdit[];
  /** How it stands to an earlier rollout of the same task, files, agent, model and seed. */
  readonly sameAs?: SameAs;
  /** Where `status` alone does not say it: a model that refuses the key is the user's to put right (2). */
  readonly exitCode?: ExitCode;
}

/** How a result stands to that of an earlier rollout with the same task, files, agent, model and seed. */
export interface SameAs {
  readonly rollout: string;
  /** The patch, the status and whether it is verified are the same, or not. */
  readonly result: 'same' | 'different';
  /** `different`: where the two part; null if nothing they did differs but the end. */
  readonly parts?: Difference | null;
}

export interface CheckResult {
  readonly name: string;
  readonly command: string;
  readonly before: CheckOutcome | null;
  readonly after: CheckOutcome | null;
}
