import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { systemCode } from '@heddle/core';
import type { WorkspaceLimits } from '../limits.ts';
import { descendants } from './processes.ts';

/** The watchdog stops a program at the limit; the kernel, which is rougher but never late, somewhat above it. */
const HEADROOM = 1.25;
/** The kernel counts threads; a Node process has about a dozen. */
const THREADS_PER_PROCESS = 16;

interface Hierarchy {
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly kills: string | null;
}

/** Limits kept by the kernel where this process may make control groups (root, or a delegated group). */
export class Cgroup {
  readonly #hierarchies: readonly Hierarchy[];
  #kills = 0;

  /** Null where no group can be made. */
  static create(root: number, limits: WorkspaceLimits): Cgroup | null {
    const made = hierarchies(root, limits).filter(make);
    for (const hierarchy of made) void fill(hierarchy, root);
    return made.length === 0 ? null : new Cgroup(made);
  }

  private constructor(made: readonly Hierarchy[]) {
    this.#hierarchies = made;
  }

  newKills(): boolean {
    const before = this.#kills;
    for (const { kills } of this.#hierarchies) {
      if (kills !== null) this.#kills = Math.max(this.#kills, killsIn(kills));
    }
    return this.#kills > before;
  }

  /** For when the box was killed: waits a little for its last processes, and tidies up after boxes that nobody did. */
  async remove(): Promise<void> {
    for (const { folder } of this.#hierarchies) {
      for (let tries = 0; tries < REMOVE_TRIES && !removed(folder); tries++)
        await setTimeout(REMOVE_AGAIN_MS);
      for (const name of readdirSync(dirname(folder))) {
        const root = /^heddle-(\d+)$/.exec(name)?.[1];
        if (root !== undefined && !existsSync(`/proc/${root}`)) removed(join(dirname(folder), name));
      }
    }
  }
}

/** Processes that were killed take a moment to be gone; a group that stays is removed by the next box. */
const REMOVE_TRIES = 20;
const REMOVE_AGAIN_MS = 5;

function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return systemCode(error) === 'ENOENT';
  }
}

/** How limits are enforced here beside the watchdog, for `heddle doctor`. */
export function cgroupMechanism(): 'cgroup v1' | 'cgroup v2' | null {
  const [first] = parents();
  if (first === undefined) return null;
  return first.version === 1 ? 'cgroup v1' : 'cgroup v2';
}

interface Parent {
  readonly version: 1 | 2;
  readonly folder: string;
  readonly controllers: readonly string[];
}

const ROOT = '/sys/fs/cgroup';

function parents(): Parent[] {
  let lines: string[];
  try {
    lines = readFileSync('/proc/self/cgroup', 'utf8').trim().split('\n');
  } catch {
    return [];
  }
  const found: Parent[] = [];
  for (const line of lines) {
    const [, names = '', path = '/'] = line.split(':');
    const unified = names === '';
    const wanted = (unified ? ['memory', 'pids'] : names.split(',')).filter((name) =>
      ['memory', 'pids'].includes(name),
    );
    if (wanted.length === 0) continue;
    const folder = join(ROOT, unified ? '' : names, path);
    const usable = unified
      ? readOrEmpty(join(folder, 'cgroup.subtree_control')).split(/\s+/).includes('memory')
      : existsSync(join(folder, 'cgroup.procs'));
    if (usable && isWritable(folder)) found.push({ version: unified ? 2 : 1, folder, controllers: wanted });
  }
  return found;
}

function hierarchies(root: number, limits: WorkspaceLimits): Hierarchy[] {
  const memory = String(Math.ceil(limits.memoryBytes * HEADROOM));
  const threads = String(Math.ceil(limits.processes * THREADS_PER_PROCESS));
  return parents().map(({ version, folder, controllers }) => {
    const own = join(folder, `heddle-${root}`);
    const has = (name: string) => controllers.includes(name);
    return {
      folder: own,
      settings: {
        ...(has('memory') ? { [version === 1 ? 'memory.limit_in_bytes' : 'memory.max']: memory } : {}),
        ...(has('pids') ? { 'pids.max': threads } : {}),
      },
      kills: has('memory') ? join(own, version === 1 ? 'memory.oom_control' : 'memory.events') : null,
    };
  });
}

function make({ folder, settings }: Hierarchy): boolean {
  try {
    mkdirSync(folder);
    for (const [name, value] of Object.entries(settings)) writeFileSync(join(folder, name), value);
    return true;
  } catch {
    return false; // The watchdog does without.
  }
}

/**
 * Moving a process into a group waits for every processor: not while somebody waits for the box. What it starts
 * meanwhile is found by looking again.
 */
async function fill({ folder }: Hierarchy, root: number): Promise<void> {
  const moved = new Set<number>();
  for (let look = 0; look < FILL_LOOKS; look++) {
    const left = descendants(root).filter(({ pid }) => !moved.has(pid));
    if (left.length === 0) return;
    for (const { pid } of left) {
      moved.add(pid);
      // It may have ended meanwhile, or may not be moved: the watchdog does without.
      await writeFile(join(folder, 'cgroup.procs'), String(pid)).catch(() => {});
    }
  }
}

/** A program that starts others faster than they can be moved is the watchdog's. */
const FILL_LOOKS = 10;

/** Programs the kernel has ended for want of memory, by that file of a group. */
export function killsIn(file: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(readOrEmpty(file))?.[1] ?? 0);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function isWritable(folder: string): boolean {
  const probe = join(folder, `heddle-probe-${process.pid}`);
  try {
    mkdirSync(probe);
    rmdirSync(probe);
    return true;
  } catch {
    return false;
  }
}
