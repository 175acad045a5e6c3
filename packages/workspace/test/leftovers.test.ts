import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, it } from 'vitest';
import { sweepLeftovers } from '../src/leftovers.ts';
import type { LocalWorkspace } from '../src/local-workspace.ts';
import { open, repository, temporaryFolder } from './fixtures.ts';

it('copies of forks and replays go when their process is dead, everything else stays', async () => {
  const home = temporaryFolder();
  const module = JSON.stringify(join(import.meta.dirname, '../src/leftovers.ts'));
  const script = `import { mkdirSync } from 'node:fs';
    import { ownFolder } from ${module};
    for (const name of ['rollout', 'rollout.0123abcd', 'replay-rollout', 'replay-rollout.0123abcd']) {
      mkdirSync(process.argv[1] + '/work/' + name + '/files', { recursive: true });
      ownFolder(process.argv[1] + '/work/' + name);
    }
    console.log('made'); setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(owner.stdout, 'data');
  expect(sweepLeftovers(home)).toEqual([]);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(sweepLeftovers(home).sort()).toEqual([
    'replay-rollout',
    'replay-rollout.0123abcd',
    'rollout.0123abcd',
  ]);
  expect(readdirSync(join(home, 'work'))).toEqual(['rollout']);
  expect(sweepLeftovers(home, (name) => name === 'rollout')).toEqual(['rollout']);
});

it('a fork in use is not swept, whoever asks', async () => {
  const home = temporaryFolder();
  const { workspace } = await open({ repo: repository({ 'a.txt': 'one\n' }), home });
  const fork = (await workspace.fork()) as LocalWorkspace;
  const { top } = fork.parts.folder;
  const module = JSON.stringify(join(import.meta.dirname, '../src/leftovers.ts'));
  const script = `import { sweepLeftovers } from ${module}; sweepLeftovers(process.argv[1])`;
  const other = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, home]);
  expect(await once(other, 'exit')).toEqual([0, null]);
  expect(existsSync(join(top, 'files/a.txt'))).toBe(true);
  expect(basename(top)).toMatch(/^one\.[0-9a-f]{8}$/);
  await fork.dispose();
});

it('a copy that says nothing usable of its process goes only when it is old', () => {
  const home = temporaryFolder();
  const names = ['replay-new', 'replay-old', 'replay-foreign'];
  for (const name of names) mkdirSync(join(home, 'work', name), { recursive: true });
  writeFileSync(join(home, 'work/replay-foreign/owner'), `${2 ** 22} 1 elsewhere`);
  utimesSync(join(home, 'work/replay-old'), 0, 0);
  expect(sweepLeftovers(home)).toEqual(['replay-old']);
  expect(sweepLeftovers(join(home, 'nothing'))).toEqual([]);
});
