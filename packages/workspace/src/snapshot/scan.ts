import {
  closeSync,
  type Dirent,
  fstatSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
} from 'node:fs';
import { systemCode } from '@heddle/core';
import { openInside } from '../files/confine.ts';
import type { Place } from '../files/place.ts';
import { LARGE_FILE_BYTES } from '../limits.ts';
import {
  CLOCK_TICK_MS,
  cloneFolder,
  type FileNode,
  type FolderNode,
  fileNode,
  isFolderNode,
  lookUpFolder,
  newFolder,
  sameStat,
  writeTrees,
} from './file-tree.ts';
import type { IgnoreRules } from './ignore-rules.ts';
import type { ShadowStore } from './shadow-store.ts';

/** Files up to this are read whole; larger ones are hashed in pieces. */
const READ_WHOLE_BYTES = 8 * 2 ** 20;

/** A copy of known files that never change, and the folder where an overlay keeps what is different. */
export interface Over {
  readonly base: string;
  /** Of the base; not to be changed. */
  readonly tree: FolderNode;
  readonly changes: string;
}

export interface Scanned {
  /** The working copy, seen from this side. */
  readonly place: Place;
  readonly store: ShadowStore;
  readonly rules: IgnoreRules;
  /** What the copy is laid over, if it is an overlay. */
  readonly over: Over | null;
  /** What was known after the last scan; changed in place. */
  readonly tree: FolderNode;
  /** Files and folders that once were part of a snapshot: if they come back they are again, ignored or not, as for git. */
  readonly belonging: Set<string>;
}

interface Entry {
  readonly parent: FolderNode;
  readonly name: string;
  /** Relative to the copy. */
  readonly path: string;
}

/** Found by the walk and to be looked at: names never seen, and files whose stat is not as it was. */
interface Found {
  readonly newFolders: Entry[];
  readonly newFiles: Entry[];
  readonly stale: (Entry & { readonly stat: Stats })[];
}

/**
 * Digest of the copy's files now. Walks the folder and compares stats; only what changed is read, only new
 * names are judged by the ignore rules. `.git` at any depth, pipes and devices are never part of it, nor are
 * new files above {@link LARGE_FILE_BYTES}.
 */
export async function scan(scanned: Scanned): Promise<string> {
  const { place, store, tree } = scanned;
  const { path: folder } = place;
  const stale: Found['stale'] = [];
  let found: Found = { newFolders: [], newFiles: [], stale };
  walk(scanned, { node: tree, path: '' }, found);
  while (found.newFolders.length + found.newFiles.length > 0) {
    const { newFolders, newFiles } = found;
    found = { newFolders: [], newFiles: [], stale };
    const keep = await judge(scanned, newFolders, newFiles);
    for (const place of newFolders.filter(keep)) {
      const node = newFolder();
      place.parent.entries.set(place.name, node);
      walk(scanned, { node, path: place.path }, found);
    }
    for (const place of newFiles.filter(keep)) {
      const stat = lstatSync(`${folder}/${place.path}`, { throwIfNoEntry: false });
      if (stat !== undefined && stat.size <= LARGE_FILE_BYTES) stale.push({ ...place, stat });
    }
  }
  for (const file of stale) await refresh(scanned, file);
  spreadChange(tree);
  return writeTrees(tree, store);
}

async function judge({ rules, belonging }: Scanned, folders: readonly Entry[], files: readonly Entry[]) {
  const asked = [...folders.map(({ path }) => `${path}/`), ...files.map(({ path }) => path)];
  const kept = new Set(await rules.keep(asked));
  return ({ path }: Entry) => kept.has(path) || kept.has(`${path}/`) || belonging.has(path);
}

function walk(scanned: Scanned, at: { node: FolderNode; path: string }, found: Found): void {
  const { node: parent } = at;
  const folder = at.path === '' ? scanned.place.path : `${scanned.place.path}/${at.path}`;
  const seen = new Set<string>();
  for (const entry of readFolder(folder)) {
    const { name } = entry;
    if (name === '.git') continue;
    const path = at.path === '' ? name : `${at.path}/${name}`;
    const known = parent.entries.get(name);
    if (entry.isDirectory()) {
      if (isFolderNode(known)) {
        seen.add(name);
        if (!isAsInBase(scanned, { parent, name, path })) walk(scanned, { node: known, path }, found);
      } else found.newFolders.push({ parent, name, path });
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      if (known === undefined || isFolderNode(known)) {
        found.newFiles.push({ parent, name, path });
        continue;
      }
      const stat = lstatSync(`${folder}/${name}`, { throwIfNoEntry: false });
      if (stat === undefined) continue;
      seen.add(name);
      if (!sameStat(known, stat)) found.stale.push({ parent, name, path, stat });
    }
  }
  for (const [name, node] of parent.entries) {
    if (seen.has(name)) continue;
    remember(node, at.path === '' ? name : `${at.path}/${name}`, scanned.belonging);
    remove(parent, name);
  }
}

/**
 * A folder that the overlay shows as it is in the base is known without being walked, which costs the kernel and us
 * most of a scan: nothing was ever written below it, so it is not among the changes. That it is the base's folder of
 * that very path, not another one renamed, shows in its number.
 */
function isAsInBase({ over, place }: Scanned, { parent, name, path }: Entry): boolean {
  if (over === null) return false;
  const original = lookUpFolder(over.tree, path);
  if (original === null || numberOf(`${over.changes}/${path}`) !== null) return false;
  const number = numberOf(`${over.base}/${path}`);
  if (number === null || number !== numberOf(`${place.path}/${path}`)) return false;
  const known = parent.entries.get(name);
  if (!isFolderNode(known) || known.tree !== original.tree || known.tree === null) {
    parent.entries.set(name, cloneFolder(original));
    parent.tree = null;
  }
  return true;
}

function numberOf(path: string): number | null {
  return lstatSync(path, { throwIfNoEntry: false })?.ino ?? null;
}

/** What a program removes while we look is not there. */
function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

function remember(node: FileNode | FolderNode, path: string, belonging: Set<string>): void {
  belonging.add(path);
  if (isFolderNode(node)) {
    for (const [name, child] of node.entries) remember(child, `${path}/${name}`, belonging);
  }
}

function remove(parent: FolderNode, name: string): void {
  parent.entries.delete(name);
  parent.tree = null;
}

/** Reads a file anew. One that vanished, became something else or leads outside is not part of the snapshot. */
async function refresh(
  scanned: Scanned,
  { parent, name, path, stat }: Found['stale'][number],
): Promise<void> {
  const before = parent.entries.get(name);
  const content = await readContent(scanned, `${scanned.place.path}/${path}`, stat);
  if (content === null) {
    if (before !== undefined) remove(parent, name);
    return;
  }
  const node = fileNode(content.stat, content.id, Date.now() - content.stat.ctimeMs > CLOCK_TICK_MS);
  parent.entries.set(name, node);
  if (before === undefined || isFolderNode(before) || before.id !== node.id || before.mode !== node.mode) {
    parent.tree = null;
  }
}

async function readContent(
  { place, store }: Scanned,
  path: string,
  seen: Stats,
): Promise<{ id: string; stat: Stats } | null> {
  try {
    if (seen.isSymbolicLink()) {
      const target = readlinkSync(path, { encoding: 'buffer' });
      return { id: store.writeBlob(target), stat: seen };
    }
    const descriptor = openInside(place.real, path);
    if (descriptor === null) return null;
    try {
      const stat = fstatSync(descriptor);
      if (!stat.isFile()) return null;
      const whole = stat.size <= READ_WHOLE_BYTES;
      const id = whole
        ? store.writeBlob(readFileSync(descriptor))
        : await store.writeBlobFrom(descriptor, stat.size);
      return { id, stat };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'EINVAL'].includes(systemCode(error) ?? '')) return null;
    throw error;
  }
}

/** A folder whose child changed has changed. True: this one has. */
function spreadChange(folder: FolderNode): boolean {
  for (const node of folder.entries.values()) {
    if (isFolderNode(node) && spreadChange(node)) folder.tree = null;
  }
  return folder.tree === null;
}
