import { openWorkspace } from '../../src/open.ts';
import type { SandboxKind } from '../../src/workspace.ts';

/** Runs a command in a sandbox and prints what it says. */
const [kind, repo = '', home = '', command = ''] = process.argv.slice(2);
const { workspace } = await openWorkspace({ repo, home, id: 'shown', sandbox: kind as SandboxKind });
console.log((await workspace.exec(command)).output);
await workspace.dispose();
