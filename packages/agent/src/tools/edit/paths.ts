import { posix } from 'node:path';

/** One spelling for a path given relative to the root or absolute under it, to remember things by. */
export function tidyPath(path: string, root: string): string {
  const inner = path === root ? '.' : path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
  return posix.normalize(inner);
}
