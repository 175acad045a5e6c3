import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Cgroup, cgroupMechanism } from '../src/box/cgroup.ts';
import { chooseSandbox } from '../src/sandbox/choose.ts';
import { open, repository } from './fixtures.ts';

const mechanism = cgroupMechanism();
const sandbox = await chooseSandbox('auto', { allowHost: true });

describe.skipIf(mechanism === null)(
  `control groups${mechanism === null ? ' (skipped: none can be made here)' : ''}`,
  () => {
    it('are made for a box and gone with it', async () => {
      const { workspace } = await open({ repo: repository({ a: 'x' }), sandbox });
      const { output } = await workspace.exec('sleep 0.2; cat /proc/self/cgroup');
      const group = /heddle-\d+/.exec(output)?.[0] ?? 'none';
      expect(group).toMatch(/^heddle-/);
      await workspace.dispose();
      expect(foldersOf(group)).toEqual([]);
    });

    it('that a dead box left behind are removed by the next', async () => {
      const left = 2 ** 22 - 1; // above every process number of a default system
      Cgroup.create(left, { memoryBytes: 2 ** 30, processes: 10, fileBytes: 1, outputBytes: 1 });
      expect(foldersOf(`heddle-${left}`)).not.toEqual([]);
      const { workspace } = await open({ repo: repository({ a: 'x' }), sandbox });
      await workspace.exec('true');
      await workspace.dispose();
      expect(foldersOf(`heddle-${left}`)).toEqual([]);
    });
  },
);

/** Where a group of this name is, in the hierarchies this process can see. */
function foldersOf(name: string): string[] {
  const top = '/sys/fs/cgroup';
  const tops = readdirSync(top, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [top, ...tops.map((entry) => `${top}/${entry.name}`)]
    .map((folder) => `${folder}/${name}`)
    .filter((path) => existsSync(path));
}
