import { readFileSync } from 'node:fs';
import { TICKS_PER_SECOND } from './proc-stat.ts';

/** Processor seconds the whole machine has spent working since it started. Linux. */
export function machineSeconds(): number {
  const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  // user, nice, system, idle, waiting for disks, interrupts (two kinds), stolen by other machines
  const [user = 0, nice = 0, system = 0, , , hard = 0, soft = 0, stolen = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + hard + soft + stolen) / TICKS_PER_SECOND;
}

/** Processor seconds of this process, its threads included. */
export function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Two looks in a row that find little work are taken for quiet. */
const LOOK_MS = 500;
const LOOKS = 2;

/** Waits until others use fewer than `cores` cores, for `seconds` at most. */
export async function quietMachine(cores: number, seconds: number): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (let quiet = 0; quiet < LOOKS && performance.now() < deadline; ) {
    const began = performance.now();
    const before = machineSeconds() - ownSeconds();
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const others = (machineSeconds() - ownSeconds() - before) / ((performance.now() - began) / 1000);
    quiet = others < cores ? quiet + 1 : 0;
  }
}
