import type { ChangedFile } from '../workspace.ts';
import type { ShadowStore } from './shadow-store.ts';
import { isFolder, type TreeEntry } from './tree.ts';

/** A path whose entry differs between two trees; null: absent there. Folders never appear, only what is in them. */
export interface Difference {
  readonly path: string;
  readonly from: TreeEntry | null;
  readonly to: TreeEntry | null;
}

/** Differences in path order. Only folders whose digests differ are read. */
export async function compareTrees(
  store: ShadowStore,
  from: string | null,
  to: string | null,
): Promise<Difference[]> {
  const found: Difference[] = [];
  await compare(store, { from, to, path: '' }, found);
  return found;
}

async function compare(
  store: ShadowStore,
  { from, to, path }: { from: string | null; to: string | null; path: string },
  found: Difference[],
): Promise<void> {
  if (from === to) return;
  const [before, after] = await Promise.all([entriesOf(store, from), entriesOf(store, to)]);
  for (const name of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const a = before.get(name) ?? null;
    const b = after.get(name) ?? null;
    if (a?.id === b?.id && a?.mode === b?.mode) continue;
    const inner = path === '' ? name : `${path}/${name}`;
    const folders = { from: folderId(a), to: folderId(b), path: inner };
    if (folders.from !== null || folders.to !== null) await compare(store, folders, found);
    const files = { path: inner, from: fileOf(a), to: fileOf(b) };
    if (files.from !== null || files.to !== null) found.push(files);
  }
}

async function entriesOf(store: ShadowStore, tree: string | null): Promise<Map<string, TreeEntry>> {
  const entries = tree === null ? [] : await store.readTree(tree);
  return new Map(entries.map((entry) => [entry.name, entry]));
}

const folderId = (entry: TreeEntry | null) => (entry !== null && isFolder(entry) ? entry.id : null);
const fileOf = (entry: TreeEntry | null) => (entry !== null && !isFolder(entry) ? entry : null);

export function changedFile({ path, from, to }: Difference): ChangedFile {
  return { path, status: from === null ? 'added' : to === null ? 'deleted' : 'modified' };
}
