import { realpathSync } from 'node:fs';
import { isInside } from '../files/confine.ts';
import { readOr } from '../repository/discover.ts';

export interface Mounted {
  readonly at: string;
  readonly flags: readonly string[];
}

/** What is mounted on this machine, as this process sees it; nothing where there is no /proc. */
export function mounted(): Mounted[] {
  const lines = readOr('/proc/self/mountinfo', '').split('\n');
  return lines.flatMap((line) => {
    const [, , , , at, flags] = line.split(' ');
    return at === undefined || flags === undefined ? [] : [{ at: unescaped(at), flags: flags.split(',') }];
  });
}

const unescaped = (path: string) =>
  path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Flags of the mount a path is in. Of several at one place the last one counts: it is on top. */
export function flagsAt(mounts: readonly Mounted[], path: string): readonly string[] {
  let found: Mounted | undefined;
  const real = realpathSync(path);
  for (const mount of mounts) {
    if (isInside(mount.at, real) && mount.at.length >= (found?.at.length ?? 0)) found = mount;
  }
  return found?.flags ?? [];
}
