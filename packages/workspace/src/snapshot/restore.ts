import { dirname } from 'node:path';
import type { ConfinedFiles } from '../files/workspace-files.ts';
import { compareTrees } from './compare.ts';
import { type Scanned, scan } from './scan.ts';
import type { FileMode } from './tree.ts';

/** Makes the copy's files those of a snapshot; touches only what differs. Ignored files stay. */
export async function restoreFiles(scanned: Scanned, files: ConfinedFiles, snapshot: string): Promise<void> {
  const { store } = scanned;
  const differences = await compareTrees(store, await scan(scanned), snapshot);
  // Removals first: a file may have to make room for a folder of its name, or the other way round.
  for (const { path, to } of differences) if (to === null) files.removeInner(path);
  for (const { path, to } of differences) {
    if (to === null) files.pruneInner(path);
    else {
      files.replaceInner(path, await store.readBlob(to.id), to.mode as FileMode);
      for (let at = path; at !== '.'; at = dirname(at)) scanned.belonging.add(at);
    }
  }
}
