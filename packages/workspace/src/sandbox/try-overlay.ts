import { mkdirSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { removeTree } from '../remove-tree.ts';
import { mountFiles } from './files-overlay.ts';
import { outerNamespace } from './outer-namespace.ts';
import { findProgram, tryProgram } from './programs.ts';
import { quote } from './sandbox.ts';

const SEARCHED = '/usr/sbin:/sbin:/usr/bin:/bin';

const tried = new Map<string, Promise<boolean>>();

/** Whether forks below Heddle's home can be overlays: the kernel must have them, permit them, and take its disk as the upper layer. Tried once. */
export function overlaysWork(home: string): Promise<boolean> {
  const known = tried.get(home) ?? tryOverlay(home);
  tried.set(home, known);
  return known;
}

async function tryOverlay(home: string): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const [unshare, nsenter] = [findProgram('unshare'), findProgram('nsenter')];
  if (unshare === null || nsenter === null) return false;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const top = mkdtempSync(join(home, 'try-'));
  try {
    for (const name of ['upper', 'work', 'files', 'lower/folder'])
      mkdirSync(join(top, name), { recursive: true });
    const outer = outerNamespace();
    const script = `set -e\n${mountFiles(top, outer)}\ncd ${quote(join(top, 'files'))}\n: >folder/file\nrm -r folder`;
    const args = [...outer.unshare, 'sh', '-c', script];
    return (await tryProgram(unshare, args, { PATH: SEARCHED })) === null;
  } finally {
    removeTree(top);
  }
}
