import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelLimits } from '../box/box-process.ts';
import { killsIn } from '../box/cgroup.ts';

const ROOT = '/sys/fs/cgroup';

/** What the kernel tells of the group an engine has put a process into; null where that cannot be read. */
export function kernelLimits(pid: number): KernelLimits | null {
  const file = memoryFile(pid);
  if (file === null) return null;
  let kills = killsIn(file);
  return {
    newKills: () => {
      const before = kills;
      kills = Math.max(kills, killsIn(file));
      return kills > before;
    },
    remove: () => Promise.resolve(),
  };
}

function memoryFile(pid: number): string | null {
  try {
    for (const line of readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n')) {
      const [, names = '', ...path] = line.split(':');
      const file =
        names === ''
          ? join(ROOT, path.join(':'), 'memory.events')
          : names.split(',').includes('memory')
            ? join(ROOT, names, path.join(':'), 'memory.oom_control')
            : null;
      if (file !== null && /^oom_kill /m.test(readFileSync(file, 'utf8'))) return file;
    }
  } catch {
    // The group is elsewhere, or the process has ended.
  }
  return null;
}
