import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { compareTrees } from './compare.ts';
import type { ShadowStore } from './shadow-store.ts';
import { gitOnStore } from './store-git.ts';
import { isFileMode } from './tree.ts';

/** What `git apply` ends with for a patch that does not fit, and for a text that is none. */
const REFUSED = [1, 128];

/**
 * The snapshot a git patch makes of another one, without a work tree. Null: it does not fit (no fuzz, as `git apply`),
 * names a path no repository may have, brings in a submodule, or is no patch. An empty text changes nothing.
 * Throws OperatorError `snapshot-missing`, `store-failed`.
 */
export async function patchSnapshot(
  store: ShadowStore,
  snapshot: string,
  patch: string,
): Promise<string | null> {
  await store.readTree(snapshot);
  if (patch === '') return snapshot;
  const index = join(store.dir, `index-${randomUUID()}`);
  const run = (args: readonly string[], accept = [0], input = '') =>
    gitOnStore(store, args, { index, accept, input });
  const apply = (...more: readonly string[]) => ['apply', '--cached', '--whitespace=nowarn', ...more, '-'];
  try {
    await run(['read-tree', snapshot]);
    const fitting = await run(apply('--check'), [0, ...REFUSED], patch);
    if (fitting.code !== 0) return null;
    await run(apply(), [0], patch);
    const tree = (await run(['write-tree'])).output.trim();
    return (await isSnapshot(store, snapshot, tree)) ? tree : null;
  } finally {
    rmSync(index, { force: true });
  }
}

/** Whether what was changed is something a workspace can lay out. */
async function isSnapshot(store: ShadowStore, from: string, tree: string): Promise<boolean> {
  const changed = await compareTrees(store, from, tree);
  return changed.every(({ to }) => to === null || isFileMode(to.mode));
}
