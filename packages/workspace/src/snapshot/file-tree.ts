import type { Stats } from 'node:fs';
import type { ShadowStore } from './shadow-store.ts';
import type { FileMode, TreeEntry } from './tree.ts';

/** What we know of one file of the copy: its content's digest and the stat that vouches for it. */
export interface FileNode {
  mode: FileMode;
  id: string;
  mtimeMs: number;
  ctimeMs: number;
  size: number;
  ino: number;
  /**
   * The content was read so long after its last change that a later change must show in the stat.
   * Otherwise two changes within one tick of the file system's clock could look the same.
   */
  settled: boolean;
}

/** A folder of the copy; `tree` is its digest until something below changes. */
export interface FolderNode {
  readonly entries: Map<string, FileNode | FolderNode>;
  tree: string | null;
}

export const newFolder = (): FolderNode => ({ entries: new Map(), tree: null });

export const isFolderNode = (node: FileNode | FolderNode | undefined): node is FolderNode =>
  node !== undefined && 'entries' in node;

/** Another tree of the same files; what is known of a file is never changed in place, so both have it. */
export function cloneFolder(folder: FolderNode): FolderNode {
  const entries: [string, FileNode | FolderNode][] = [];
  for (const [name, node] of folder.entries)
    entries.push([name, isFolderNode(node) ? cloneFolder(node) : node]);
  return { entries: new Map(entries), tree: folder.tree };
}

/** The coarsest clock of a Linux file system ticks every 10 ms (HZ=100): what is further apart has another time. */
export const CLOCK_TICK_MS = 11;

export function fileNode(stat: Stats, id: string, settled: boolean): FileNode {
  const { mtimeMs, ctimeMs, size, ino } = stat;
  return { mode: modeOf(stat), id, mtimeMs, ctimeMs, size, ino, settled };
}

function modeOf(stat: Stats): FileMode {
  if (stat.isSymbolicLink()) return '120000';
  return (stat.mode & 0o100) === 0 ? '100644' : '100755';
}

export function sameStat(node: FileNode, stat: Stats): boolean {
  return (
    node.settled &&
    node.ctimeMs === stat.ctimeMs &&
    node.mtimeMs === stat.mtimeMs &&
    node.size === stat.size &&
    node.ino === stat.ino &&
    node.mode === modeOf(stat)
  );
}

/** Puts a file into the tree, making its folders; every folder above loses its digest. */
export function insert(root: FolderNode, path: string, node: FileNode): void {
  let folder = root;
  folder.tree = null;
  const names = path.split('/');
  const last = names.pop()!;
  for (const name of names) {
    let next = folder.entries.get(name);
    if (!isFolderNode(next)) {
      next = newFolder();
      folder.entries.set(name, next);
    }
    next.tree = null;
    folder = next;
  }
  folder.entries.set(last, node);
}

export function lookUp(root: FolderNode, path: string): FileNode | null {
  const node = nodeAt(root, path);
  return node === undefined || isFolderNode(node) ? null : node;
}

export function lookUpFolder(root: FolderNode, path: string): FolderNode | null {
  const node = nodeAt(root, path);
  return isFolderNode(node) ? node : null;
}

function nodeAt(root: FolderNode, path: string): FileNode | FolderNode | undefined {
  let node: FileNode | FolderNode | undefined = root;
  for (const name of path.split('/')) node = isFolderNode(node) ? node.entries.get(name) : undefined;
  return node;
}

/** The tree's digest; writes the tree objects of what changed. Folders without files don't exist for git. */
export function writeTrees(folder: FolderNode, store: ShadowStore): string {
  if (folder.tree !== null) return folder.tree;
  const entries: TreeEntry[] = [];
  for (const [name, node] of folder.entries) {
    if (!isFolderNode(node)) entries.push({ name, mode: node.mode, id: node.id });
    else if (hasFiles(node)) entries.push({ name, mode: '40000', id: writeTrees(node, store) });
  }
  folder.tree = store.writeTree(entries);
  return folder.tree;
}

function hasFiles(folder: FolderNode): boolean {
  for (const node of folder.entries.values()) if (!isFolderNode(node) || hasFiles(node)) return true;
  return false;
}
