import { readdirSync, readFileSync } from 'node:fs';

/** A running process as /proc shows it, in this machine's numbers. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
}

/** Clock ticks per second in /proc: 100 on every Linux architecture Node runs on. */
const TICKS = 100;
/** Bytes per page in /proc/<pid>/statm; 4 KiB but for some ARM kernels, where the sum is then too small by a factor of 4 or 16. */
const PAGE_BYTES = 4_096;

/**
 * A process and all below it, parents first. Costs what they cost, not what the machine runs.
 * Stops at `most`: a fork bomb is counted no further than needed.
 */
export function descendants(root: number, most = Number.POSITIVE_INFINITY): ProcessInfo[] {
  const found: ProcessInfo[] = [{ pid: root, parent: 0 }];
  for (const { pid } of found) {
    if (found.length > most) break;
    for (const child of childrenOf(pid)) found.push({ pid: child, parent: pid });
  }
  return found;
}

function childrenOf(pid: number): number[] {
  const children: number[] = [];
  try {
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1');
      for (const child of text.split(' ')) if (child !== '') children.push(Number(child));
    }
  } catch {
    // It ended meanwhile.
  }
  return children;
}

/** Bytes of memory that are the process's own (not shared libraries or files). 0 when it has ended. */
export function privateBytes(pid: number): number {
  try {
    const [, resident = 0, shared = 0] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ').map(Number);
    return (resident - shared) * PAGE_BYTES;
  } catch {
    return 0;
  }
}

/** The value of a variable in the environment a process was started with; undefined: none, or it can't be read. */
export function startVariable(pid: number, name: string): string | undefined {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return entries.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  } catch {
    return undefined;
  }
}

/** Seconds since it was started. */
export function ageSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const started = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]) / TICKS;
    return Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]) - started;
  } catch {
    return 0;
  }
}

/** 0 when it has ended. */
export function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

/** Every process of the machine with such a start variable: finds those that left their parents. */
export function markedProcesses(name: string, matches: (value: string) => boolean): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => {
      const value = pid === process.pid ? undefined : startVariable(pid, name);
      return value !== undefined && matches(value);
    });
}

/** One that has ended already is fine. */
export function kill(pid: number, signal: NodeJS.Signals | number = 'SIGKILL'): void {
  // 0 and below are groups, our own among them.
  if (pid <= 0) return;
  try {
    process.kill(pid, signal);
  } catch {
    // ESRCH: gone. EPERM: its number was given to somebody else's process.
  }
}
