import { lstatSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/**
 * What becomes of things the repository ignores. They are no part of snapshots or patches, but builds and
 * tests may need them:
 *
 * | ignored                                   | in the copy                                                   |
 * | ----------------------------------------- | ------------------------------------------------------------- |
 * | folder (`node_modules`, `.venv`, `target`…) | shared: usable without a copy, writes stay in the workspace  |
 * | link to a dependency folder               | shared the same way                                           |
 * | caches and editor folders ({@link NOISE}) | left out                                                      |
 * | files that may hold secrets ({@link SECRET}) | left out, with a note                                      |
 * | other files (generated sources, `*.so`)   | copied, within {@link CARRIED_FILES} and {@link CARRIED_BYTES} |
 */
export interface Ignored {
  /** Folders shared with the user's tree, by relative path. */
  readonly shared: readonly SharedFolder[];
  /** Files copied, by relative path. */
  readonly carried: readonly string[];
  readonly notes: readonly string[];
}

export interface SharedFolder {
  /** Relative to the root. */
  readonly path: string;
  /** The user's folder. */
  readonly source: string;
}

/** Rebuilt at will and useless or harmful in a copy. */
const NOISE = new Set([
  '__pycache__',
  '.pytest_cache',
  '.mypy_cache',
  '.ruff_cache',
  '.hypothesis',
  '.nyc_output',
  'coverage',
  'htmlcov',
  '.idea',
  '.vscode',
  '.vs',
  '.DS_Store',
]);

const SECRET =
  /^(\.env(\..*)?|\.envrc|\.npmrc|\.yarnrc(\.yml)?|\.pypirc|\.netrc|.*\.(pem|key|p12|pfx|jks|keystore|kdbx)|id_(rsa|dsa|ecdsa|ed25519).*|.*credentials.*|.*secret.*|\.ssh|\.aws|\.gnupg|\.kube|\.docker)$/i;

/** Folders that are dependencies by name; in the `host` sandbox, where nothing can be laid over, only these are shared. */
const DEPENDENCIES = new Set([
  'node_modules',
  'bower_components',
  'jspm_packages',
  '.venv',
  'venv',
  'env',
  '.tox',
  '.nox',
  '__pypackages__',
  'vendor',
  '.bundle',
  'Pods',
  'elm-stuff',
  '.yarn',
  '.pnpm-store',
]);

export const isDependencyFolder = (path: string): boolean => DEPENDENCIES.has(basename(path));

/** Each shared folder costs a mount at start; a repository with more has caches we do not know by name. */
const SHARED_FOLDERS = 100;
/** Generated sources are few and small; more is data. */
const CARRIED_FILES = 2_000;
const CARRIED_BYTES = 100 * 2 ** 20;

/** `paths` as `git status --ignored=matching` names them: folders end in `/`. */
export function sortIgnored(root: string, paths: readonly string[]): Ignored {
  const shared: SharedFolder[] = [];
  const carried: string[] = [];
  const secrets: string[] = [];
  const left: string[] = [];
  let bytes = 0;
  for (const named of paths) {
    const path = named.endsWith('/') ? named.slice(0, -1) : named;
    const name = basename(path);
    if (NOISE.has(name) || name.endsWith('.pyc')) continue;
    if (SECRET.test(name)) {
      secrets.push(path);
      continue;
    }
    const source = folderBehind(join(root, path));
    if (source !== null) {
      if (shared.length < SHARED_FOLDERS) shared.push({ path, source });
      else left.push(path);
      continue;
    }
    const size = fileSize(join(root, path));
    if (size === null) continue;
    bytes += size;
    if (carried.length < CARRIED_FILES && bytes <= CARRIED_BYTES) carried.push(path);
    else left.push(path);
  }
  return {
    shared,
    carried,
    notes: [
      ...noteOf('ignored, may hold secrets, left out', secrets),
      ...noteOf('ignored and too many or too large, left out', left),
    ],
  };
}

/** A folder, or a link named like a dependency folder that leads to one (linked worktrees often have those). */
function folderBehind(path: string): string | null {
  try {
    const stat = lstatSync(path);
    if (stat.isDirectory()) return path;
    if (!stat.isSymbolicLink() || !isDependencyFolder(path)) return null;
    const target = realpathSync(path);
    return statSync(target).isDirectory() ? target : null;
  } catch {
    return null;
  }
}

function fileSize(path: string): number | null {
  try {
    const stat = lstatSync(path);
    return stat.isFile() || stat.isSymbolicLink() ? stat.size : null;
  } catch {
    return null;
  }
}

/** How many names a note shows before it counts. */
const NAMED_IN_NOTE = 5;

export function noteOf(what: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  const named = paths.slice(0, NAMED_IN_NOTE).join(', ');
  const more = paths.length - NAMED_IN_NOTE;
  return [`${what}: ${named}${more > 0 ? ` and ${more} more` : ''}`];
}
