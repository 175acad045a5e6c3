import { readlinkSync } from 'node:fs';
import { ageSeconds, type ProcessInfo, parentOf, startVariable } from './processes.ts';
import { CALL_VARIABLE } from './supervisor.ts';

/** Start times are counted in hundredths of a second. */
const TICK_SECONDS = 0.02;

/** What one command of a shell has started, in this machine's numbers. */
export interface RunProcesses {
  /** The shell itself; null: it has ended. */
  readonly bash: number | null;
  /** Everything the command began, parents before what they started. */
  readonly begun: Set<number>;
}

/**
 * Finds what a shell's command has started, but not the shell, nor jobs of earlier commands. A subshell has the
 * marker of its shell, since it is the same program: its age tells whose it is.
 */
export function runProcesses(
  processes: readonly ProcessInfo[],
  of: { readonly shell: string; readonly run: string; readonly seconds: number },
): RunProcesses {
  const { shell, run, seconds } = of;
  let bash: number | null = null;
  const inShell = new Set<number>();
  const begun = new Set<number>();
  for (const { pid, parent } of processes) {
    const marker = startVariable(pid, CALL_VARIABLE);
    if (marker === shell && !inShell.has(parent)) {
      bash ??= pid;
      inShell.add(pid);
      continue;
    }
    if (inShell.has(parent)) inShell.add(pid);
    const young = ageSeconds(pid) <= seconds + TICK_SECONDS;
    const earlier = marker !== undefined && marker !== shell && marker !== run;
    if (marker === run || begun.has(parent) || (inShell.has(pid) && young && !earlier)) begun.add(pid);
  }
  return { bash, begun };
}

/** Of what a command began, the processes that nothing else of it started: one for each job or part of a pipeline. */
export function rootsOf({ begun }: RunProcesses): number[] {
  return [...begun].filter((pid) => !begun.has(parentOf(pid)));
}

/**
 * The pipeline a waiting bash waits for: it starts nothing else meanwhile, so it is what it started last, and
 * what is piped into that.
 */
export function foregroundOf({ bash, begun }: RunProcesses): number[] {
  const children = [...begun].filter((pid) => bash !== null && parentOf(pid) === bash);
  const found: number[] = [];
  for (const pid of children.reverse()) {
    const next = found.at(-1);
    if (next !== undefined && (pipeAt(next, 0) === null || pipeAt(pid, 1) !== pipeAt(next, 0))) break;
    found.push(pid);
  }
  return found;
}

/** Names the pipe a descriptor is an end of; null: it is none, or the process has ended. */
function pipeAt(pid: number, descriptor: number): string | null {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/${descriptor}`);
    return target.startsWith('pipe:') ? target : null;
  } catch {
    return null;
  }
}
