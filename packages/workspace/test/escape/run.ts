import { openWorkspace } from '../../src/open.ts';
import type { SandboxKind } from '../../src/workspace.ts';
import { ATTEMPTS, FILE_BYTES } from './attempts.ts';
import { makeWorld } from './world.ts';

/** Makes every attempt in the sandbox named as first argument, `fork` as second: in a fork; one JSON line each: name and what came of it, or null. */
const world = await makeWorld();
const { workspace: original } = await openWorkspace({
  repo: world.repo,
  home: world.heddle,
  id: 'attempts',
  sandbox: process.argv[2] as SandboxKind,
  limits: { memoryBytes: 400 * 2 ** 20, processes: 30, fileBytes: FILE_BYTES },
});
const forked = process.argv[3] === 'fork';
const workspace = forked ? await original.fork() : original;
// What is left behind is then the fork's.
if (forked) await original.dispose();
for (const attempt of ATTEMPTS) {
  const result = await attempt.try(workspace, world).catch((error: unknown) => `failed: ${String(error)}`);
  console.log(JSON.stringify({ name: attempt.name, harm: result ?? world.harm() }));
}
await workspace.dispose();
await world.close();
