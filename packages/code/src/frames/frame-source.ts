import { isAbsolute, posix, relative, sep } from 'node:path';

/** Reads one runtime's stack traces. `path` is as printed; the order is the runtime's, innermost first. */
export type ReadTrace = (text: string) => PrintedFrame[];

export interface PrintedFrame {
  /** Absolute, a `file:` address, or relative to the root. */
  readonly path: string;
  readonly line: number;
  readonly column?: number;
  readonly name?: string;
}

/** Folders whose code is not the project's own. */
const DEPENDENCY_FOLDERS: ReadonlySet<string> = new Set([
  'node_modules',
  'site-packages',
  'dist-packages',
  'vendor',
  'target',
  '.venv',
  'venv',
  '.tox',
  '.yarn',
  '.pnpm',
]);

/** A printed path relative to the root with `/` between its parts, or null when it is not the project's own file. */
export function ownPath(printed: string, root: string): string | null {
  const path = fromAddress(printed);
  if (path === null) return null;
  const local = isAbsolute(path) ? relative(root, path) : posix.normalize(path.replaceAll('\\', '/'));
  const parts = local.split(sep === '\\' ? /[\\/]/ : '/');
  if (local === '' || parts[0] === '..' || isAbsolute(local)) return null;
  return parts.some((part) => DEPENDENCY_FOLDERS.has(part)) ? null : parts.join('/');
}

function fromAddress(printed: string): string | null {
  if (!printed.startsWith('file://')) return /^[a-z]{2,}:/.test(printed) ? null : printed;
  try {
    return decodeURIComponent(new URL(printed).pathname);
  } catch {
    return null;
  }
}
