import { randomBytes } from 'node:crypto';
import { closeSync, constants, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withPinned } from '../files/confine.ts';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** More than this has no program of ours to say at once: a sandboxed one is flooding us. */
export const MAX_MESSAGE_BYTES = 65_536;

/** A name that programs in the box cannot have taken already. */
export function unguessable(name: string): string {
  return `${name}.${randomBytes(8).toString('hex')}`;
}

/**
 * Puts a new file for the box into a folder below `pipes`, which programs in the box may change at any moment:
 * a planted link, file or folder makes it fail rather than lead outside. False: it failed.
 */
export function handIn(pipes: string, folder: string, name: string, content: string | Uint8Array): boolean {
  try {
    const put = withPinned(pipes, folder, (pinned) => {
      const descriptor = openSync(join(pinned, name), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
      try {
        writeFileSync(descriptor, content);
      } finally {
        closeSync(descriptor);
      }
      return true;
    });
    return put === true;
  } catch {
    return false;
  }
}
