import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from './errors.ts';

/**
 * Makes a folder that only its owner can read (unless `mode` says otherwise), and those above it where they are missing. One level after the other: where a
 * level can neither be made nor be found, as in /proc, Node's own recursive way never ends.
 */
export function makeFolder(path: string, mode = 0o700): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    const made = systemCode(error) === 'EEXIST' && statSync(path).isDirectory();
    if (!made) throw error; // else another process was faster
  }
}
