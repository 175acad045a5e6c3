import { closeSync, lstatSync, mkdirSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isInside } from '../files/confine.ts';
import type { RepositoryState } from '../repository/state.ts';
import { compareTrees } from './compare.ts';
import { type Copied, copyFiles } from './copy.ts';
import {
  CLOCK_TICK_MS,
  cloneFolder,
  type FolderNode,
  fileNode,
  insert,
  lookUp,
  newFolder,
  sameStat,
  writeTrees,
} from './file-tree.ts';
import type { ShadowStore } from './shadow-store.ts';
import type { FileMode } from './tree.ts';

/**
 * Filling an empty working copy. Nothing runs in it yet, so every file's digest is taken as settled; the
 * caller keeps programs out of it for {@link CLOCK_TICK_MS} after.
 */
export interface Populated {
  readonly tree: FolderNode;
  /** Digest of the files. */
  readonly snapshot: string;
  readonly unreadable: readonly string[];
  /** Links that lead out of the copy. */
  readonly leaving: readonly string[];
}

/** The user's files as they are: clean ones are known by their index, the rest is read and stored. */
export async function populateFromRepository(
  store: ShadowStore,
  state: RepositoryState,
  folders: { readonly from: string; readonly to: string },
): Promise<Populated> {
  const tree = newFolder();
  const sources = new Map(state.files.map((file) => [file.path, file]));
  const large: Copied[] = [];
  const leaving: string[] = [];
  const { unreadable } = await copyFiles(folders, [...sources.keys()], (file) => {
    const source = sources.get(file.path)!;
    if (file.to.isSymbolicLink() && leadsOut(file, folders.from)) leaving.push(file.path);
    const clean =
      source.id !== null &&
      file.from.ctimeMs < state.asOf - CLOCK_TICK_MS &&
      (source.blobBytes === undefined || source.blobBytes === file.from.size);
    if (!clean && file.bytes === null) large.push(file);
    else insert(tree, file.path, fileNode(file.to, clean ? source.id! : store.writeBlob(file.bytes!), true));
  });
  for (const file of large) {
    const descriptor = openSync(`${folders.to}/${file.path}`, 'r');
    try {
      const id = await store.writeBlobFrom(descriptor, file.to.size);
      insert(tree, file.path, fileNode(file.to, id, true));
    } finally {
      closeSync(descriptor);
    }
  }
  return { tree, snapshot: writeTrees(tree, store), unreadable, leaving };
}

function leadsOut({ path, bytes }: Copied, root: string): boolean {
  const target = (bytes ?? '').toString();
  return !isInside(root, resolve(root, dirname(path), target));
}

/** What a file of the snapshot may be copied from: a folder and what is known of its files. */
export interface Donor {
  readonly folder: string;
  /** Whether a file, as it looked when copied, has the digest expected of it. */
  has(copied: Copied): boolean;
  /** Digest it most likely has; undefined: don't try. */
  expect(path: string): string | undefined;
}

/** A snapshot's files, copied from the donor where it has them, else read from the store. */
export async function populateFromSnapshot(
  store: ShadowStore,
  snapshot: string,
  { donor, to }: { readonly donor: Donor; readonly to: string },
): Promise<Populated> {
  const tree = newFolder();
  const wanted = new Map((await compareTrees(store, null, snapshot)).map(({ path, to }) => [path, to!]));
  const likely = [...wanted].filter(([path, { id }]) => donor.expect(path) === id).map(([path]) => path);
  const done = new Set<string>();
  await copyFiles({ from: donor.folder, to }, likely, (file) => {
    const entry = wanted.get(file.path)!;
    if (!donor.has(file)) return;
    const node = fileNode(file.to, entry.id, true);
    if (node.mode !== entry.mode) return;
    insert(tree, file.path, node);
    done.add(file.path);
  });
  for (const [path, { id, mode }] of wanted) {
    if (done.has(path)) continue;
    insert(
      tree,
      path,
      fileNode(writeFile(`${to}/${path}`, await store.readBlob(id), mode as FileMode), id, true),
    );
  }
  return { tree, snapshot: writeTrees(tree, store), unreadable: [], leaving: [] };
}

function writeFile(path: string, bytes: Buffer, mode: FileMode) {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  if (mode === '120000') symlinkSync(bytes, path);
  else writeFileSync(path, bytes, { mode: mode === '100755' ? 0o755 : 0o644 });
  return lstatSync(path);
}

/** The user's tree as donor: clean files whose stat is older than our look. */
export function repositoryDonor(root: string, state: RepositoryState): Donor {
  const ids = new Map(state.files.map(({ path, id, blobBytes }) => [path, { id, blobBytes }]));
  return {
    folder: root,
    expect: (path) => ids.get(path)?.id ?? undefined,
    has: (copied) => {
      const bytes = ids.get(copied.path)?.blobBytes;
      return (
        copied.from.ctimeMs < state.asOf - CLOCK_TICK_MS &&
        (bytes === undefined || bytes === copied.from.size)
      );
    },
  };
}

/** Another working copy, just scanned, as donor. */
export function copyDonor(folder: string, tree: FolderNode): Donor {
  return {
    folder,
    expect: (path) => lookUp(tree, path)?.id,
    has: (copied) => {
      const node = lookUp(tree, copied.path);
      return node !== null && sameStat({ ...node, settled: true }, copied.from);
    },
  };
}

/** A working copy in which programs may be running; `signal` ends the copying. */
export function busyDonor(folder: string, known: FolderNode, signal: AbortSignal): Donor {
  const tree = cloneFolder(known);
  return {
    folder,
    expect: (path) => lookUp(tree, path)?.id,
    has: (copied) => {
      signal.throwIfAborted();
      const node = lookUp(tree, copied.path);
      if (node === null || !sameStat(node, copied.from)) return false;
      const now = lstatSync(`${folder}/${copied.path}`, { throwIfNoEntry: false });
      return now !== undefined && sameStat(node, now);
    },
  };
}
