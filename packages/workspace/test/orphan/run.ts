import { openWorkspace } from '../../src/open.ts';
import type { SandboxKind } from '../../src/workspace.ts';

/** Starts a program in a workspace and waits to be killed, or ends without disposing of anything. */
const [kind, repo = '', home = '', how] = process.argv.slice(2);
const { workspace } = await openWorkspace({ repo, home, id: 'orphan', sandbox: kind as SandboxKind });
const shell = await workspace.shell();
await shell.run('while :; do date +%N > alive; sleep 0.02; done & until [ -s alive ]; do sleep 0.02; done');
console.log('running');
if (how === 'wait') setInterval(() => {}, 1_000);
