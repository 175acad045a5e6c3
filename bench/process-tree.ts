import { readdirSync, readFileSync } from 'node:fs';

/** Sampled often enough to see a process that lives for a few steps. */
const SAMPLE_MS = 20;
const PAGE_BYTES = 4096;
const TICKS_PER_SECOND = 100;

/** Peak resident memory and processor time of a process and all its descendants, sampled from /proc (Linux). */
export function watchTree(pid: number): { stop(): { peakBytes: number; cpuSeconds: number } } {
  let peakBytes = 0;
  const cpu = new Map<number, number>();
  const sample = () => {
    let bytes = 0;
    for (const member of treeOf(pid)) {
      bytes += member.residentBytes;
      cpu.set(member.pid, member.cpuSeconds);
    }
    peakBytes = Math.max(peakBytes, bytes);
  };
  const timer = setInterval(sample, SAMPLE_MS);
  sample();
  return {
    stop() {
      clearInterval(timer);
      sample();
      return { peakBytes, cpuSeconds: [...cpu.values()].reduce((sum, seconds) => sum + seconds, 0) };
    },
  };
}

interface Member {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

function treeOf(root: number): Member[] {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => member(Number(name)))
    .filter((each) => each !== null);
  const found = all.filter(({ pid }) => pid === root);
  for (const each of found) found.push(...all.filter(({ parent }) => parent === each.pid));
  return found;
}

/** Fields of /proc/pid/stat (proc(5)): 4 parent, 14 and 15 own time, 16 and 17 time of waited-for children, 24 pages. */
function member(pid: number): Member | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const ticks = fields[11]! + fields[12]! + fields[13]! + fields[14]!;
    return {
      pid,
      parent: fields[1]!,
      residentBytes: fields[21]! * PAGE_BYTES,
      cpuSeconds: ticks / TICKS_PER_SECOND,
    };
  } catch {
    return null; // it ended between the listing and the reading
  }
}
