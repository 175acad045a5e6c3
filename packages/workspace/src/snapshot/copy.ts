import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  futimesSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readlinkSync,
  readSync,
  type Stats,
  symlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { systemCode } from '@heddle/core';

/** Files up to this go through memory in one read and one write; larger ones are left to the kernel (shared blocks where it can). */
const THROUGH_MEMORY_BYTES = 256 * 2 ** 10;

/** Files copied between two turns of the event loop. */
const BATCH = 64;

/** One file as copied: both stats, and the bytes where they passed through memory. */
export interface Copied {
  readonly path: string;
  /** Of the original, before it was read. */
  readonly from: Stats;
  /** Of the copy. */
  readonly to: Stats;
  readonly bytes: Buffer | null;
}

/**
 * Copies files with mode, time (so that build caches and indexes stay valid) and links as links.
 * Nobody else may write below `to` meanwhile. A file that is gone or cannot be read is reported, not copied.
 */
export async function copyFiles(
  folders: { readonly from: string; readonly to: string },
  paths: readonly string[],
  copied: (file: Copied) => void,
): Promise<{ readonly unreadable: readonly string[] }> {
  const made = new Set<string>([folders.to]);
  const unreadable: string[] = [];
  for (const [number, path] of paths.entries()) {
    if (number % BATCH === BATCH - 1) await setImmediate();
    const to = `${folders.to}/${path}`;
    const folder = dirname(to);
    if (!made.has(folder)) {
      mkdirSync(folder, { recursive: true });
      made.add(folder);
    }
    try {
      const file = copyFile(`${folders.from}/${path}`, to);
      if (file !== null) copied({ path, ...file });
    } catch (error) {
      const code = systemCode(error) ?? '';
      if (code === 'EACCES' || code === 'EPERM') unreadable.push(path);
      else if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(code)) throw error;
    }
  }
  return { unreadable };
}

function copyFile(from: string, to: string): Omit<Copied, 'path'> | null {
  const stat = lstatSync(from);
  if (stat.isSymbolicLink()) {
    const target = readlinkSync(from, { encoding: 'buffer' });
    symlinkSync(target, to);
    lutimesSync(to, stat.atime, stat.mtime);
    return { from: stat, to: lstatSync(to), bytes: target };
  }
  if (!stat.isFile()) return null;
  if (stat.size > THROUGH_MEMORY_BYTES) {
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    utimesSync(to, stat.atimeMs / 1000, stat.mtimeMs / 1000);
    return { from: stat, to: lstatSync(to), bytes: null };
  }
  const bytes = readWhole(from, stat.size);
  const descriptor = openSync(to, 'wx', stat.mode & 0o777 & ~UMASK);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    futimesSync(descriptor, stat.atimeMs / 1000, stat.mtimeMs / 1000);
    return { from: stat, to: fstatSync(descriptor), bytes };
  } finally {
    closeSync(descriptor);
  }
}

/** Write permission for others is never carried over; the owner's bits are. */
const UMASK = 0o022;

function readWhole(path: string, size: number): Buffer {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    // One byte more than expected, so that a file which grew meanwhile is noticed by its length.
    const bytes = Buffer.allocUnsafe(size + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}
