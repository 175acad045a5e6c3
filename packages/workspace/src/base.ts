import { randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { copyFolderInside } from './files/copy-inside.ts';
import type { Place } from './files/place.ts';
import type { Ground } from './ground.ts';
import { ownFolder, removeOwned } from './leftovers.ts';
import { copyFiles } from './snapshot/copy.ts';
import type { FolderNode } from './snapshot/file-tree.ts';
import { busyDonor, populateFromSnapshot } from './snapshot/populate.ts';

/** A plain copy of one snapshot that nothing changes: forks are laid over it. */
export interface Base {
  readonly top: string;
  readonly files: string;
  readonly snapshot: string;
  /** Its files and their stats, which are the same through an overlay of the same disk. Not to be changed. */
  readonly tree: FolderNode;
}

interface Shared {
  readonly key: string;
  users: number;
  making: Promise<Base> | null;
  readonly abandon: AbortController;
}

/** Of this process; rollouts of one task have the same. */
const ALL = new Map<string, Shared>();

/** One workspace's part in a base: made by whoever needs it first, gone with its last user. */
export class BaseShare {
  #shared: Shared | null = null;
  #released = false;

  /** `key` says what is in it; `make` is called if nobody has one yet. */
  async get(key: () => string, make: (signal: AbortSignal) => Promise<Base>): Promise<Base> {
    if (this.#released) throw new Error('the workspace was disposed of');
    this.#shared ??= joined(key());
    const shared = this.#shared;
    if (shared.making === null) {
      const making = make(shared.abandon.signal);
      shared.making = making;
      // The next who asks tries again.
      making.catch(() => {
        shared.making = null;
      });
    }
    return shared.making;
  }

  /** For a fork. */
  another(): BaseShare {
    const share = new BaseShare();
    if (this.#shared !== null) {
      this.#shared.users++;
      share.#shared = this.#shared;
    }
    return share;
  }

  async release(): Promise<void> {
    const shared = this.#released ? null : this.#shared;
    this.#released = true;
    if (shared === null || --shared.users > 0) return;
    ALL.delete(shared.key);
    shared.abandon.abort();
    const base = await shared.making?.catch(() => null);
    if (base) removeOwned(base.top);
  }
}

function joined(key: string): Shared {
  const shared = ALL.get(key) ?? { key, users: 0, making: null, abandon: new AbortController() };
  shared.users++;
  ALL.set(key, shared);
  return shared;
}

/** A working copy, programs running in it or not. */
export interface Original {
  readonly id: string;
  readonly place: Place;
  readonly tree: FolderNode;
}

/** Two workspaces whose bases would be the same have the same. */
export function baseKey({ store, state, repository }: Ground, snapshot: string): string {
  const carried = state.ignored.carried.map((path) => {
    const stat = lstatSync(join(repository.root, path), { throwIfNoEntry: false });
    return [path, stat?.size, stat?.mtimeMs];
  });
  const shared = state.ignored.shared.map(({ path }) => path);
  return JSON.stringify([store.dir, snapshot, carried, shared]);
}

/** Copies what the original still has as it was in the snapshot, and reads the rest from the store. */
export async function makeBase(
  ground: Ground,
  original: Original,
  { snapshot, signal }: { readonly snapshot: string; readonly signal: AbortSignal },
): Promise<Base> {
  const { home, state, store, repository } = ground;
  // The end of the name is a fork's: swept when its process is gone.
  const top = join(home, 'work', `${original.id}.base.${randomBytes(4).toString('hex')}`);
  const files = join(top, 'files');
  mkdirSync(top, { recursive: true, mode: 0o700 });
  ownFolder(top);
  mkdirSync(files, { mode: 0o700 });
  try {
    for (const { path } of state.ignored.shared) mkdirSync(join(files, path), { recursive: true });
    const donor = busyDonor(original.place.path, original.tree, signal);
    const { tree } = await populateFromSnapshot(store, snapshot, { donor, to: files });
    await copyFiles({ from: repository.root, to: files }, state.ignored.carried, () => {});
    inheritGit(original.place, files);
    return { top, files, snapshot, tree };
  } catch (error) {
    removeOwned(top);
    throw error;
  }
}

/** Commits made in a working copy are in the other too. False: it has no git folder any more. */
export function inheritGit(from: Place, to: string): boolean {
  const git = join(from.path, '.git');
  if (!lstatSync(git, { throwIfNoEntry: false })?.isDirectory()) return false;
  copyFolderInside(from.real, git, join(to, '.git'));
  return true;
}
