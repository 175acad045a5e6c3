import { dirname } from 'node:path';
import type { ConfinedFiles } from '../files/workspace-files.ts';
import { compareTrees, type Difference } from './compare.ts';
import { type Scanned, scan } from './scan.ts';
import type { FileMode } from './tree.ts';

/** Makes the copy's files those of a snapshot; touches only what differs. Ignored files stay. */
export async function restoreFiles(scanned: Scanned, files: ConfinedFiles, snapshot: string): Promise<void> {
  const differences = await compareTrees(scanned.store, await scan(scanned), snapshot);
  await applyDifferences(scanned, files, differences);
}

/** Makes the copy's files, which are those before the differences, those after them. */
export async function applyDifferences(
  scanned: Scanned,
  files: ConfinedFiles,
  differences: readonly Difference[],
): Promise<void> {
  // Removals first: a file may have to make room for a folder of its name, or the other way round.
  for (const { path, to } of differences) if (to === null) files.removeInner(path);
  for (const { path, to } of differences) {
    if (to === null) files.pruneInner(path);
    else {
      files.replaceInner(path, await scanned.store.readBlob(to.id), to.mode as FileMode);
      for (let at = path; at !== '.'; at = dirname(at)) scanned.belonging.add(at);
    }
  }
}
