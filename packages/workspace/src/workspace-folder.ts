import { mkdirSync, readdirSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Layer } from './files/layers.ts';
import { isDependencyFolder, noteOf, type SharedFolder } from './repository/ignored.ts';
import type { SharedMount } from './sandbox/sandbox.ts';

/** Folders of one workspace below Heddle's home. */
export interface WorkspaceFolder {
  readonly top: string;
  /** The copy, or where it is mounted. */
  readonly files: string;
  /** Of an overlay: what differs from its base. */
  readonly changes: string;
  readonly tmp: string;
  readonly pipes: string;
  readonly scratch: string;
  readonly layers: string;
  readonly trash: string;
}

export function workspaceFolder(home: string, id: string): WorkspaceFolder {
  const top = join(home, 'work', id);
  const at = (name: string) => join(top, name);
  return {
    top,
    files: at('files'),
    changes: at('upper'),
    tmp: at('tmp'),
    pipes: at('pipes'),
    scratch: at('scratch'),
    layers: at('layers'),
    trash: at('trash'),
  };
}

/** How a workspace makes the user's ignored folders usable. */
export interface Sharing {
  readonly mounts: readonly SharedMount[];
  readonly layers: readonly Layer[];
  readonly notes: readonly string[];
}

/** Each shared folder gets a writable layer, mounted when the box starts. */
export function shareByOverlay(folder: WorkspaceFolder, shared: readonly SharedFolder[]): Sharing {
  const mounts = shared.map(({ path, source }, number) => ({
    target: join(folder.files, path),
    source,
    layer: join(folder.layers, String(number)),
  }));
  const layers = shared.map(({ path, source }, at) => ({
    path,
    source,
    changes: join(mounts[at]!.layer, 'upper'),
  }));
  return { mounts, layers, notes: [] };
}

/**
 * Without overlays a dependency folder becomes a folder of links to its entries: new entries stay in the copy.
 * Other ignored folders (build output) are left out, because a build would write through the links.
 */
export function shareByLinks(folder: WorkspaceFolder, shared: readonly SharedFolder[]): Sharing {
  const linked = shared.filter(({ path }) => isDependencyFolder(path));
  for (const { path, source } of linked) linkEntries(source, join(folder.files, path));
  return {
    mounts: [],
    // The links are in the copy itself; seen from this side the original is shown where they are.
    layers: linked.map(({ path, source }) => ({ path, source, changes: null })),
    notes: [
      ...noteOf(
        'dependency folders linked to the originals, where changes inside packages would end up',
        linked.map(({ path }) => path),
      ),
      ...noteOf(
        'ignored folders left out',
        shared.filter((one) => !linked.includes(one)).map(({ path }) => path),
      ),
    ],
  };
}

function linkEntries(source: string, target: string): void {
  mkdirSync(target, { recursive: true });
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    const from = join(source, entry.name);
    const to = join(target, entry.name);
    // Scopes are folders of packages, not packages.
    if (entry.isDirectory() && entry.name.startsWith('@')) linkEntries(from, to);
    else if (!entry.isSymbolicLink()) symlinkSync(from, to);
    else {
      // Links between the packages of one repository must lead into the copy.
      const link = readlinkSync(from);
      symlinkSync(isAbsolute(link) ? from : link, to);
    }
  }
}

/** Whether a layer holds changes worth carrying into a fork. */
export function hasChanges(layer: string): boolean {
  const upper = join(layer, 'upper');
  return statSync(upper, { throwIfNoEntry: false }) !== undefined && readdirSync(upper).length > 0;
}
