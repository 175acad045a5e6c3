import { openWorkspace } from '../../src/open.ts';
import type { SandboxKind } from '../../src/workspace.ts';

/** Forks a workspace and a fork of it, has programs run in both and change files, and waits to be killed. */
const [kind, repo = '', home = ''] = process.argv.slice(2);
const { workspace } = await openWorkspace({ repo, home, id: 'orphan', sandbox: kind as SandboxKind });
const fork = await workspace.fork();
const child = await fork.fork();
for (const one of [fork, child]) {
  await one.exec('rm a.txt; mkdir -p new/deep; echo x > new/deep/file; chmod 000 new/deep');
  const shell = await one.shell();
  await shell.run('(setsid sleep 600 &)');
}
console.log('running');
setInterval(() => {}, 1_000);
