import { chmodSync, closeSync, constants, openSync, readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { systemCode } from '@heddle/core';
import { isInside, whereIs, withPinned } from './confine.ts';

/** Opens without any right to the file itself; Linux only, and Node has no name for it. */
const O_PATH = 0o10000000;

/**
 * Removes a file, a link or a folder with all in it, where programs may be changing things meanwhile: each folder is
 * held open while it is emptied, so that nothing planted leads out of `root`. Throws ENOENT if it is not there.
 */
export function removeInside(root: string, path: string): void {
  try {
    unlinkSync(path);
    return;
  } catch (error) {
    if (!['EISDIR', 'EPERM'].includes(systemCode(error) ?? '')) throw error;
  }
  try {
    empty(root, path);
  } catch (error) {
    if (systemCode(error) !== 'EACCES') throw error;
    makeUsable(root, path);
    empty(root, path);
  }
  rmdirSync(path);
}

function empty(root: string, folder: string): void {
  withPinned(root, folder, (pinned) => {
    for (const name of readdirSync(pinned)) removeInside(root, `${pinned}/${name}`);
  });
}

function makeUsable(root: string, folder: string): void {
  const descriptor = openSync(folder, O_PATH | constants.O_NOFOLLOW | constants.O_DIRECTORY);
  try {
    if (isInside(root, whereIs(descriptor, folder))) chmodSync(`/proc/self/fd/${descriptor}`, 0o700);
  } finally {
    closeSync(descriptor);
  }
}
