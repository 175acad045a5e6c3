import { readdirSync, readFileSync } from 'node:fs';
import { parseStat, type Stat, TICKS_PER_SECOND } from './proc-stat.ts';

/** Memory is sampled: often enough to see what lives for a few steps, seldom enough to cost little beside it. */
const SAMPLE_MS = 50;

export interface TreeUse {
  /** Highest sum of resident memory over the tree, shared pages counted in each process. */
  readonly peakBytes: number;
  /** Of all that were waited for, exactly; of those that were not, as last seen. */
  readonly cpuSeconds: number;
  /** Commands of those that were still there at the end. */
  readonly left: readonly { readonly pid: number; readonly command: string }[];
}

/** How a process is known to be of a tree even when its parent has gone: a word in its environment. */
export interface Mark {
  readonly name: string;
  readonly value: string;
}

/**
 * Watches a child of this process and all that it starts, by what Linux says in /proc. The processor time of
 * whatever is waited for ends up with this process: that part is exact, as long as no other child of it ends between
 * start and `stop`. A process that has left its parent (a daemon) is found by the mark it inherited.
 */
export function watchTree(pid: number, mark?: Mark): { stop(): TreeUse } {
  const waitedBefore = waitedSeconds();
  const strangers = new Set<number>();
  const adopted = new Map<number, number>();
  let peakBytes = 0;
  let members: readonly Stat[] = [];
  let before: ReadonlyMap<number, Stat> = new Map();

  const sample = () => {
    const all = processes();
    members = treeOf(pid, all);
    if (mark !== undefined) members = [...members, ...daemons(all, members, mark, strangers)];
    const byId = new Map(members.map((each) => [each.pid, withCommand(each)]));
    let bytes = 0;
    for (const each of byId.values()) {
      const copy = each.command === byId.get(each.parent)?.command && !before.has(each.pid);
      if (!copy) bytes += each.residentBytes;
      if (each.pid !== pid && !byId.has(each.parent)) adopted.set(each.pid, each.ownTicks + each.waitedTicks);
    }
    before = byId;
    peakBytes = Math.max(peakBytes, bytes);
  };
  const timer = setInterval(sample, SAMPLE_MS);
  sample();
  return {
    stop() {
      clearInterval(timer);
      sample();
      const adoptedTicks = [...adopted.values()].reduce((sum, ticks) => sum + ticks, 0);
      return {
        peakBytes,
        cpuSeconds: waitedSeconds() - waitedBefore + adoptedTicks / TICKS_PER_SECOND,
        left: members
          .filter(({ state }) => state !== 'Z')
          .map((each) => ({ pid: each.pid, command: commandOf(each.pid) })),
      };
    },
  };
}

/** Processor time of the children this process has waited for, with all that those had waited for. */
function waitedSeconds(): number {
  return parseStat(readFileSync('/proc/self/stat', 'utf8')).waitedTicks / TICKS_PER_SECOND;
}

function processes(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)) ?? []);
}

/** Null: it has ended. */
function statOf(pid: number): Stat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

function treeOf(root: number, all: readonly Stat[]): Stat[] {
  const found = all.filter(({ pid }) => pid === root);
  for (const each of found) found.push(...all.filter(({ parent }) => parent === each.pid));
  return found;
}

/** Marked processes outside the tree, with what they started. `strangers` are those already looked at in vain. */
function daemons(
  all: readonly Stat[],
  members: readonly Stat[],
  mark: Mark,
  strangers: Set<number>,
): readonly Stat[] {
  const known = new Set(members.map(({ pid }) => pid));
  const found: Stat[] = [];
  for (const { pid } of all) {
    if (known.has(pid) || strangers.has(pid) || pid === process.pid) continue;
    if (!isMarked(pid, mark)) strangers.add(pid);
    else
      for (const each of treeOf(pid, all)) {
        if (!known.has(each.pid)) found.push(each);
        known.add(each.pid);
      }
  }
  return found;
}

function isMarked(pid: number, { name, value }: Mark): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${name}=${value}`);
  } catch {
    return false; // somebody else's, or gone
  }
}

/**
 * With its command, by which a copy is known: between fork and exec a child shows its parent's memory and its parent's
 * command, and is not there a sample later. The command is read first: one that has become another in between is
 * counted with its own memory.
 */
function withCommand(stat: Stat): Stat & { readonly command: string } {
  const command = commandOf(stat.pid);
  return { ...(statOf(stat.pid) ?? stat), command };
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
