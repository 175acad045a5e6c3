import { readFileSync } from 'node:fs';

/** Names one process for as long as the machine is up; a reused pid has another `mark`. */
export interface ProcessMark {
  readonly pid: number;
  readonly mark: string;
}

export function processMark(pid: number = process.pid): ProcessMark {
  return { pid, mark: startTime(pid) ?? '' };
}

/** An unknown start time (no /proc) falls back on the pid alone: late rather than two writers. */
export function isAlive({ pid, mark }: ProcessMark): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  const now = startTime(pid);
  return now === undefined || mark === '' || now === mark;
}

/** Field 22 of /proc/pid/stat, after the command name (which may hold spaces and brackets); zombies are dead. */
function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'dead' : fields[19];
  } catch {
    return undefined;
  }
}
