import type { CheckSpec, ModelFacingError, ObjectStore } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import type * as z from 'zod/mini';

/**
 * What a model can do. A tool that fails in a way the model can mend throws {@link ModelFacingError}:
 * its message becomes the observation. Any other exception ends the rollout as a bug.
 */
export interface Tool<Input = unknown> {
  readonly name: string;
  /** For the model: what it does, when to use it, one example if the form is unusual. */
  readonly description: string;
  readonly schema: z.ZodMiniType<Input>;
  /** What it may touch; the guard and the auto-checks decide by it, never by the tool's name. */
  readonly touches: Touches;
  run(input: Input, context: ToolContext): Promise<ToolResult>;
}

export interface Touches {
  /** May change files in the workspace: a snapshot follows, and the checks if files did change. */
  readonly writes: boolean;
  readonly network: boolean;
}

/** Two results: `content` for the model (capped by the loop), `details` for people and programs. */
export interface ToolResult {
  readonly content: string;
  readonly details?: unknown;
  /** The whole output where `content` is an excerpt. */
  readonly full?: string;
}

/** What a tool is given: handles live here, never in a journaled value. */
export interface ToolContext {
  readonly workspace: Workspace;
  readonly objects: ObjectStore;
  readonly checks: readonly CheckSpec[];
  /** The files as the user had them. */
  readonly base: string;
  /** State a tool keeps for the rollout (an open shell, the undo stack), made once per workspace. */
  state<T>(key: string, make: () => T): T;
  readonly signal: AbortSignal;
  /** Seed of the rollout, for whatever chooses at random. */
  readonly seed: number;
}
