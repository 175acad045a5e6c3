import { OperatorError } from '@heddle/core';
import * as z from 'zod/mini';

/** `before` and `after` each action; `finish`: before the work may be handed in. */
export type HookTime = 'before' | 'after' | 'finish';

/** Somebody's program that is asked about actions. */
export type Hook = HookCommand | HookModule;

interface HookBase {
  readonly on: HookTime;
  /** Default: every tool. A `*` at the end stands for any rest. Not for `finish`. */
  readonly tools?: readonly string[];
  /** Default {@link DEFAULT_HOOK_SECONDS}. */
  readonly seconds?: number;
  /** The repository's: it runs in the sandbox only, and rewrites only what is done there. */
  readonly repository?: true;
}

export interface HookCommand extends HookBase {
  /** Shell text. */
  readonly run: string;
  /** On this machine, in the user's repository, instead of in the sandbox. */
  readonly outside?: true;
}

export interface HookModule extends HookBase {
  /** Absolute path of an ES module whose default export is called in Heddle's process. */
  readonly module: string;
}

/** Whoever waits longer for a formatter has a broken one. */
export const DEFAULT_HOOK_SECONDS = 60;

/** What a hook is told: on standard input as JSON, or as the argument of its function. */
export interface HookedAction {
  readonly on: HookTime;
  readonly tool: string;
  readonly input: unknown;
  readonly step: number;
  /** Of the workspace, as actions see it. */
  readonly root: string;
  /** `after`: how it ended, and what the model would be told. */
  readonly outcome?: 'ok' | 'error';
  readonly content?: string;
}

/** What a hook may answer; nothing means: go on. */
export const answerSchema = z.strictObject({
  /** Not to be done, and why. */
  block: z.optional(z.string()),
  /** `before`: other arguments. */
  input: z.optional(z.record(z.string(), z.unknown())),
  /** A line for the model, beside what it is told anyway. */
  say: z.optional(z.string()),
  /** `after`: what the model is told instead. */
  content: z.optional(z.string()),
});
export type HookAnswer = z.infer<typeof answerSchema>;

/** What one hook did about an action: in `details.hook` of its `action.completed`, in the order they ran. */
export interface HookRecord {
  /** Its command, or its module's path. */
  readonly hook: string;
  readonly on: HookTime;
  /** `failed`: it was passed over, for the reason in `text`. */
  readonly did: 'passed' | 'blocked' | 'rewrote' | 'said' | 'replaced' | 'failed';
  readonly text?: string;
  /** `rewrote`: the arguments the action ran with. */
  readonly input?: unknown;
}

export function hookName(hook: Hook): string {
  return 'run' in hook ? hook.run : hook.module;
}

/** Whether it is for a tool. */
export function fits({ tools }: Hook, tool: string): boolean {
  if (tools === undefined) return true;
  return tools.some((name) => (name.endsWith('*') ? tool.startsWith(name.slice(0, -1)) : tool === name));
}

/**
 * A hook for a tool that does not exist would never run, and who wrote it would believe it does. Names with a `_` may
 * be those of a server's tools, which are not known yet. Throws OperatorError `unknown-tool`.
 */
export function checkHookTools(hooks: readonly Hook[], known: readonly string[]): void {
  for (const name of hooks.flatMap(({ tools = [] }) => tools)) {
    if (known.includes(name) || name.includes('_') || name.endsWith('*')) continue;
    throw new OperatorError('unknown-tool', `a hook names the tool "${name}", which does not exist`, {
      hint: `the tools are: ${known.join(', ')}, and SERVER_TOOL of MCP servers`,
    });
  }
}

/** What hooks wrote into an action's details; empty where none ran. */
export function hookRecordsOf(details: unknown): readonly HookRecord[] {
  const records = (details as { hook?: unknown } | null)?.hook;
  return Array.isArray(records) ? (records as HookRecord[]) : [];
}

/** The arguments an action ran with, where a hook changed them. */
export function rewrittenInput(details: unknown): { readonly input: unknown } | null {
  const last = hookRecordsOf(details).findLast(({ did }) => did === 'rewrote');
  return last === undefined ? null : { input: last.input };
}
