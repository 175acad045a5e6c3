import { closeSync, constants, openSync, readlinkSync, realpathSync } from 'node:fs';

const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK, O_DIRECTORY } = constants;

/*
 * Host-side access to a folder that programs in a sandbox may change at the same time. A path can turn into a
 * link between a look and an open, so what counts is where an *open* descriptor is, as the kernel tells it.
 */

export function isInside(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** The real path of an open descriptor; on systems without /proc, of the path it was opened by. */
export function whereIs(descriptor: number, path: string): string {
  return process.platform === 'linux' ? readlinkSync(`/proc/self/fd/${descriptor}`) : realpathSync(path);
}

/**
 * Opens for reading without following a last link or waiting for a pipe's writer. `folder` as the kernel names it.
 * Null: it leads out of the folder.
 */
export function openInside(folder: string, path: string): number | null {
  const descriptor = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (isInside(folder, whereIs(descriptor, path))) return descriptor;
  closeSync(descriptor);
  return null;
}

/**
 * Runs `use` with a path that names `folder` by an open descriptor, so that nothing planted meanwhile can lead
 * elsewhere. Null: the folder is not inside `root`. Throws what opening throws (ENOENT, ENOTDIR, ELOOP…).
 */
export function withPinned<T>(root: string, folder: string, use: (pinned: string) => T): T | null {
  const descriptor = openSync(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    if (!isInside(root, whereIs(descriptor, folder))) return null;
    return use(process.platform === 'linux' ? `/proc/self/fd/${descriptor}` : folder);
  } finally {
    closeSync(descriptor);
  }
}
