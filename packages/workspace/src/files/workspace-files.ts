import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ModelFacingError, systemCode } from '@heddle/core';
import { namedDiskFault } from '../disk-fault.ts';
import { removeTree } from '../remove-tree.ts';
import type { FileMode } from '../snapshot/tree.ts';
import type { FileStat, WorkspaceFiles } from '../workspace.ts';
import { isInside, openInside, withPinned } from './confine.ts';
import type { LayeredTree } from './layers.ts';
import { removeInside } from './remove-inside.ts';
import { outside, resolveInside } from './resolve.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/** Larger files are no text anyone edits; reading them would only cost memory. */
const READ_BYTES = 64 * 2 ** 20;

export interface FilesOptions {
  readonly tree: LayeredTree;
  /** The root as programs see it. */
  readonly root: string;
  /** A folder in the same file system that programs cannot reach; null: there is none. */
  readonly trash: string | null;
  /** Awaited before anything is changed. */
  readonly beforeChange: () => Promise<void>;
}

/** Files of a working copy from the harness's side; see `confine.ts` for why it never trusts a path. */
export class ConfinedFiles implements WorkspaceFiles {
  readonly #options: FilesOptions;

  constructor(options: FilesOptions) {
    this.#options = options;
  }

  async read(path: string): Promise<Buffer> {
    const { host, within } = this.#options.tree.locate(this.#resolve(path, true));
    return this.#told(path, () => {
      const descriptor = openInside(within, host);
      if (descriptor === null) throw outside(path);
      try {
        const stat = fstatSync(descriptor);
        if (stat.isDirectory()) throw new ModelFacingError('is-directory', `${path} is a directory`);
        if (!stat.isFile())
          throw new ModelFacingError('not-a-file', `${path} is neither a file nor a directory`);
        if (stat.size > READ_BYTES) {
          throw new ModelFacingError(
            'file-too-large',
            `${path} has ${stat.size} bytes; read a part of it with a command`,
          );
        }
        return readFileSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
    });
  }

  async write(path: string, bytes: Uint8Array | string): Promise<void> {
    await this.#options.beforeChange();
    const inner = this.#writable(path, true);
    const body = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    this.#told(path, () => this.#inParent(inner, (file) => writeInPlace(file, body)));
  }

  async remove(path: string): Promise<void> {
    await this.#options.beforeChange();
    const inner = this.#writable(path, false);
    if (this.#options.tree.lstat(inner) === undefined) throw missing(path);
    this.#told(path, () => this.removeInner(inner));
  }

  async stat(path: string): Promise<FileStat | null> {
    const stat = this.#told(
      path,
      () => this.#options.tree.lstat(this.#resolve(path, false)),
      () => undefined,
    );
    if (stat === undefined) return null;
    const kind = stat.isFile()
      ? 'file'
      : stat.isDirectory()
        ? 'directory'
        : stat.isSymbolicLink()
          ? 'link'
          : 'other';
    return {
      kind,
      bytes: stat.size,
      mtimeMs: stat.mtimeMs,
      executable: kind === 'file' && (stat.mode & 0o100) !== 0,
    };
  }

  async list(path: string): Promise<string[]> {
    const inner = this.#resolve(path, true);
    const stat = this.#options.tree.lstat(inner);
    if (stat === undefined) throw missing(path);
    if (!stat.isDirectory()) throw new ModelFacingError('not-a-directory', `${path} is not a directory`);
    const entries = this.#told(path, () => this.#options.tree.list(inner));
    return entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name)).sort();
  }

  /** Puts a file of a snapshot in place, whatever was there. `inner` is a path without links, as snapshots have. */
  replaceInner(inner: string, bytes: Buffer, mode: FileMode): void {
    this.#forced(inner, (file) => {
      try {
        unlinkSync(file);
      } catch (error) {
        const code = systemCode(error);
        if (code === 'EISDIR' || code === 'EPERM') this.#discard(file);
        else if (code !== 'ENOENT') throw error;
      }
      if (mode === '120000') symlinkSync(bytes, file);
      else createFile(file, bytes, mode === '100755' ? 0o755 : 0o644);
    });
  }

  /** Removes a file or a whole folder. Gone already is fine. */
  removeInner(inner: string): void {
    if (inner === '') throw outside('the root');
    try {
      this.#forced(inner, (file) => this.#discard(file));
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
  }

  /** Removes the folders above a removed file that it leaves empty, as git does. */
  pruneInner(inner: string): void {
    for (let folder = dirname(inner); folder !== '.'; folder = dirname(folder)) {
      try {
        this.#forced(folder, (path) => rmdirSync(path));
      } catch (error) {
        if (['ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) return;
        if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
      }
    }
  }

  /** Out of the programs' reach first: what is being deleted cannot then be swapped for something else. */
  #discard(path: string): void {
    const { trash, tree } = this.#options;
    if (trash === null) {
      removeInside(tree.place.real, path);
      return;
    }
    mkdirSync(trash, { recursive: true });
    const discarded = join(trash, randomUUID());
    renameSync(path, discarded);
    removeTree(discarded);
  }

  #resolve(path: string, followLast: boolean): string {
    return resolveInside(this.#options.tree, this.#options.root, { path, followLast });
  }

  #writable(path: string, followLast: boolean): string {
    const inner = this.#resolve(path, followLast);
    if (inner === '') throw new ModelFacingError('is-directory', `${path} is the root of the workspace`);
    if (this.#options.tree.layerOf(inner) !== undefined) {
      throw new ModelFacingError(
        'shared-folder',
        `${path} is in a dependency folder: change it with a command`,
      );
    }
    return inner;
  }

  #inParent<T>(inner: string, use: (file: string) => T): T {
    const parent = dirname(inner);
    return this.#inFolder(parent === '.' ? '' : parent, (pinned) => use(`${pinned}/${basename(inner)}`));
  }

  /** As {@link #inParent}; a folder that was made read-only is made writable. */
  #forced<T>(inner: string, use: (file: string) => T): T {
    return this.#inParent(inner, (file) => {
      try {
        return use(file);
      } catch (error) {
        if (systemCode(error) !== 'EACCES') throw error;
        chmodSync(dirname(file), 0o755);
        return use(file);
      }
    });
  }

  #inFolder<T>(inner: string, use: (pinned: string) => T): T {
    const { path: top, real } = this.#options.tree.place;
    const folder = inner === '' ? top : `${top}/${inner}`;
    let used: { readonly value: T } | null;
    try {
      used = withPinned(real, folder, (pinned) => ({ value: use(pinned) }));
    } catch (error) {
      // The folder itself is missing: `use` never ran, since a pinned parent exists.
      if (systemCode(error) !== 'ENOENT' || inner === '' || !isPathOf(error, folder)) throw error;
      this.#inParent(inner, (path) => mkdirSync(path));
      used = withPinned(real, folder, (pinned) => ({ value: use(pinned) }));
    }
    if (used === null || !isInside(top, folder)) throw outside(inner);
    return used.value;
  }

  /** Turns what the file system says into what the model can mend. */
  #told<T>(path: string, run: () => T, absent?: () => T): T {
    try {
      return run();
    } catch (error) {
      switch (systemCode(error)) {
        case 'ENOENT':
        case 'ENOTDIR':
          if (absent !== undefined) return absent();
          throw missing(path, error);
        case 'EISDIR':
          throw new ModelFacingError('is-directory', `${path} is a directory`, { cause: error });
        case 'EEXIST':
        case 'ELOOP':
        case 'ENXIO':
          throw new ModelFacingError('not-a-file', `${path} is not a plain file`, { cause: error });
        case 'EACCES':
        case 'EPERM':
          throw new ModelFacingError('no-permission', `${path} may not be accessed: its mode forbids it`, {
            cause: error,
          });
        case 'ENAMETOOLONG':
          throw new ModelFacingError('name-too-long', `${path.slice(0, 80)}… is too long a name`, {
            cause: error,
          });
        default:
          throw namedDiskFault(error);
      }
    }
  }
}

const missing = (path: string, cause?: unknown) =>
  new ModelFacingError('no-such-file', `${path} does not exist`, { cause });

const isPathOf = (error: unknown, path: string) =>
  error instanceof Error && 'path' in error && error.path === path;

/** In place, so that the mode and whoever has it open stay; a file with a second name is replaced instead. */
function writeInPlace(file: string, bytes: Uint8Array): void {
  const descriptor = openSync(file, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o644);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw Object.assign(new Error(`${file} is no plain file`), { code: 'ENXIO' });
    if (stat.nlink > 1) {
      unlinkSync(file);
      createFile(file, bytes, stat.mode & 0o777);
      return;
    }
    ftruncateSync(descriptor, 0);
    writeAll(descriptor, bytes);
  } finally {
    closeSync(descriptor);
  }
}

function createFile(file: string, bytes: Uint8Array, mode: number): void {
  const descriptor = openSync(file, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    writeAll(descriptor, bytes);
    fchmodSync(descriptor, mode);
  } finally {
    closeSync(descriptor);
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
