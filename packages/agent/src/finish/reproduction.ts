import { isTestFile } from '@heddle/code';
import { ModelFacingError, type Recorded } from '@heddle/core';
import type { ExecResult, Workspace } from '@heddle/workspace';
import { COULD_NOT_START } from '../check-run.ts';
import { rewrittenInput } from '../hooks/hook.ts';

/** A command that shows the problem, run on the files as they were and as they are. */
export interface Reproduction {
  readonly command: string;
  readonly base: Outcome;
  readonly head: Outcome;
  /** It fails without the work and passes with it. */
  readonly shows: boolean;
}

interface Outcome {
  readonly exitCode: number | null;
  readonly ended: ExecResult['ended'];
  /** The last line it printed. */
  readonly last: string;
}

/** Longest time each of the two runs may take: longer than most problems take to show. */
const MAX_SECONDS = 120;
const MAX_LAST_CHARACTERS = 160;

export interface Replaying {
  readonly workspace: Workspace;
  readonly base: string;
  readonly head: string;
  readonly secondsLeft: number;
  readonly signal: AbortSignal;
}

/**
 * Runs the command in forks, so that it leaves nothing behind. Tests that the work has added or changed, and new files
 * that the command names, are there in both runs: what is compared is the rest of the work.
 */
export async function replayReproduction(command: string, replaying: Replaying): Promise<Reproduction> {
  const { workspace, base, head } = replaying;
  const changed = await workspace.changed(base, head);
  const brought = changed.filter(
    ({ path, status }) =>
      (status !== 'deleted' && isTestFile(path)) || (status === 'added' && command.includes(path)),
  );
  const done = await workspace.fork(head);
  const undone = await workspace.fork(base);
  try {
    for (const { path } of brought) await bring(path, done, undone);
    const before = await outcomeIn(undone, command, replaying);
    const after = await outcomeIn(done, command, replaying);
    return { command, base: before, head: after, shows: fails(before) && passes(after) };
  } finally {
    await Promise.all([done.dispose(), undone.dispose()]);
  }
}

/** What is no file (a link to nowhere, or that leads out), or has no place there, is not brought. */
async function bring(path: string, from: Workspace, to: Workspace): Promise<void> {
  try {
    await to.files.write(path, await from.files.read(path));
  } catch (error) {
    if (!(error instanceof ModelFacingError)) throw error;
  }
}

async function outcomeIn(
  fork: Workspace,
  command: string,
  { secondsLeft, signal }: Replaying,
): Promise<Outcome> {
  const timeoutSeconds = Math.max(1, Math.min(MAX_SECONDS, secondsLeft / 2));
  const { exitCode, ended, output } = await fork.exec(command, { timeoutSeconds, signal });
  const last = output.trimEnd().split('\n').at(-1)!.trim();
  return { exitCode, ended, last: last.slice(0, MAX_LAST_CHARACTERS) };
}

/** One that hangs without the work shows the problem as well; one that could not start shows nothing. */
function fails({ exitCode, ended }: Outcome): boolean {
  return ended === 'timeout' || (ended === 'exited' && exitCode !== 0 && !COULD_NOT_START.has(exitCode));
}

function passes({ exitCode, ended }: Outcome): boolean {
  return ended === 'exited' && exitCode === 0;
}

export function reproductionText({ command, base, head, shows }: Reproduction): string {
  const [without, with_] = [outcomeText(base), outcomeText(head)];
  if (shows) return `\`${command}\` ${without} without your change and ${with_} with it: it shows the work.`;
  const why = passes(base)
    ? 'it does not tell your change from the files as they were'
    : passes(head)
      ? 'it could not run without your change, which shows nothing'
      : 'it does not pass with your change';
  return `\`${command}\` ${without} without your change and ${with_} with it: ${why}.`;
}

function outcomeText({ exitCode, ended, last }: Outcome): string {
  if (ended === 'exited' && exitCode === 0) return 'passes';
  const how = ended === 'exited' ? `exit ${exitCode}` : ended;
  return `fails (${how}${last === '' ? '' : `: ${last}`})`;
}

/** Commands that look at files: whether they find something says nothing of the program. */
const LOOKS = /^\s*(?:grep|rg|ls|cat|head|tail|sed|awk|git|find|diff|test|\[|wc|echo|stat|file|which|cd)\b/;

/**
 * The command of the agent's own that failed and, after files had changed, passed: the last one, if there is any.
 * `known`: the checks, which speak for themselves.
 */
export function reproductionIn(events: Iterable<Recorded>, known: ReadonlySet<string>): string | null {
  let root = '';
  const failed = new Map<string, number>();
  const commands = new Map<string, string>();
  let edits = 0;
  let found: string | null = null;
  for (const { event } of events) {
    if (event.type === 'workspace.prepared') root = event.root;
    if (event.type === 'action.started' && event.tool === 'bash') {
      const { command } = event.input as { command?: unknown };
      if (typeof command === 'string') commands.set(event.call, command);
    }
    if (event.type !== 'action.completed') continue;
    if (event.changed.length > 0) edits += 1;
    // What a hook changed is not what was run, nor what the guard let through.
    const command = rewrittenInput(event.details) === null ? commands.get(event.call) : undefined;
    const { exitCode, ended, cwd } = (event.details ?? {}) as Record<string, unknown>;
    if (command === undefined || ended !== 'exited' || cwd !== root) continue;
    if (LOOKS.test(command) || known.has(command.trim())) continue;
    if (exitCode !== 0) failed.set(command, edits);
    else if ((failed.get(command) ?? edits) < edits) found = command;
  }
  return found;
}
