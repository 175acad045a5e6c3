import { readFileSync, readlinkSync } from 'node:fs';
import { parentOf } from './processes.ts';
import { foregroundOf, type RunProcesses } from './run-processes.ts';

/** What a waiting bash waits for, with all below it; bash itself where it runs a builtin. */
export function foregroundTree(of: RunProcesses): number[] {
  const found = new Set(foregroundOf(of));
  if (found.size === 0 && of.bash !== null) return [of.bash];
  for (const pid of of.begun) if (found.has(parentOf(pid))) found.add(pid);
  return [...found];
}

/** Where the kernel holds a program that reads a terminal. The second also waits for sockets. */
const READING = /^(?:n_tty_read|tty_.*read|read_chan)$/;
const MAYBE_READING = /^wait_woken$/;
/** `read` on x86-64 and on ARM, with its descriptor. */
const READ = /^(?:0|63) 0x([0-9a-f]+) /;
const TERMINAL = /^\/dev\/(?:pts\/|tty)/;

/** Whether a process waits for a line to be typed, as far as the kernel tells. */
export function readsTerminal(pid: number): boolean {
  try {
    const place = readFileSync(`/proc/${pid}/wchan`, 'latin1');
    return READING.test(place) || (MAYBE_READING.test(place) && TERMINAL.test(readFrom(pid)));
  } catch {
    return false; // it ended meanwhile, or belongs to somebody else
  }
}

/** What a process reads; its standard input where the kernel doesn't tell which call it is in. */
function readFrom(pid: number): string {
  let descriptor = 0;
  try {
    const call = READ.exec(readFileSync(`/proc/${pid}/syscall`, 'latin1'));
    if (call === null) return '';
    descriptor = Number.parseInt(call[1]!, 16);
  } catch {
    // Not ours to know.
  }
  return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
}
