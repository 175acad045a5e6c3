import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, sep } from 'node:path';
import { OperatorError } from '@heddle/core';
import { searchPath } from '@heddle/workspace';

/** A program of this machine that works in a box, and what of the machine it needs to see. */
export interface Program {
  /** The file itself, links followed. */
  readonly path: string;
  /** Folder that has to be shown for it to run; null: it belongs to the system, which is shown anyway. */
  readonly folder: string | null;
  /** What tells one release of it from another. */
  readonly release: string;
}

/** Folders of programs that every box shows at their own paths. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/opt', '/lib', '/nix', '/snap'];
/** Larger files are told apart by size and time. */
const READ_BYTES = 4_000_000;

/** Null: there is no such program. `name`: a name on the search path, or an absolute path. */
export function findProgram(name: string, path: readonly string[] = searchPath()): Program | null {
  const candidates = isAbsolute(name) ? [name] : path.map((folder) => join(folder, name));
  const found = candidates.find(isExecutable);
  if (found === undefined) return null;
  const file = realpathSync(found);
  const isSystem = SYSTEM.some((folder) => file.startsWith(`${folder}/`));
  return { path: file, folder: isSystem ? null : folderOf(file), release: releaseOf(file) };
}

/** Throws OperatorError `no-such-program`; `install`: how it is had. */
export function programOf(name: string, install?: string): Program {
  const program = findProgram(name);
  if (program !== null) return program;
  throw new OperatorError('no-such-program', `there is no program ${name} here`, {
    hint: install ?? 'put it on PATH, or give its absolute path in the configuration (docs/rivals.md)',
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** A package of npm needs those beside it; another program what stands beside its `bin`. */
function folderOf(file: string): string {
  const parts = file.split(sep);
  const packages = parts.indexOf('node_modules');
  if (packages !== -1) return parts.slice(0, packages + 1).join(sep);
  const folder = dirname(file);
  return basename(folder) === 'bin' ? dirname(folder) : folder;
}

function releaseOf(file: string): string {
  const manifest = manifestOf(dirname(file));
  if (manifest !== null) return manifest;
  const { size, mtimeMs } = statSync(file);
  return size > READ_BYTES
    ? `${size} bytes of ${mtimeMs}`
    : createHash('sha256').update(readFileSync(file)).digest('hex');
}

/** Name and version of the package a file belongs to. */
function manifestOf(folder: string): string | null {
  for (let at = folder; dirname(at) !== at && basename(at) !== 'node_modules'; at = dirname(at)) {
    const path = join(at, 'package.json');
    if (!existsSync(path)) continue;
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name?: unknown; version?: unknown };
    if (typeof name === 'string' && typeof version === 'string') return `${name}@${version}`;
  }
  return null;
}
