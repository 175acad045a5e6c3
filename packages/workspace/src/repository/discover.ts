import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { OperatorError, systemCode } from '@heddle/core';

/** A user's repository: where its files and its git data are. Nothing below these paths is ever written. */
export interface Repository {
  /** Top folder of the checkout, physical path. */
  readonly root: string;
  /** `.git`, or for a linked worktree or submodule the folder `.git` points to (HEAD, index). */
  readonly gitDir: string;
  /** Where refs and objects are: `gitDir` but for linked worktrees. */
  readonly commonDir: string;
  /** Object stores, alternates included. */
  readonly objectDirs: readonly string[];
}

/**
 * The repository a folder is in. Reads a few files, starts no process.
 * Throws OperatorError `no-such-folder`, `not-a-repository` or `unsuitable-repository`.
 */
export function findRepository(folder: string): Repository {
  const start = physical(folder);
  for (let root = start; ; root = dirname(root)) {
    const gitDir = gitDirOf(root);
    if (gitDir !== null) {
      refuseUnsuitable(root);
      return describe(root, gitDir);
    }
    if (isGitDir(root)) {
      throw notARepository(
        `${root} is a bare repository: it has no files to work on`,
        'clone it and name the clone',
      );
    }
    if (root === dirname(root)) {
      throw notARepository(
        `${start} is not inside a git repository`,
        'run `git init` there, or name a repository with --repo',
      );
    }
  }
}

function physical(folder: string): string {
  try {
    const path = realpathSync(folder);
    if (statSync(path).isDirectory()) return path;
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'EACCES'].includes(systemCode(error) ?? '')) throw error;
  }
  throw new OperatorError('no-such-folder', `${folder} is no folder that can be read`, {
    hint: 'name the repository with --repo',
  });
}

const notARepository = (message: string, hint: string) =>
  new OperatorError('not-a-repository', message, { hint });

/** The copy would hold every secret of the home folder, or the whole machine. */
function refuseUnsuitable(root: string): void {
  if (root !== '/' && root !== homedir()) return;
  throw new OperatorError('unsuitable-repository', `${root} as a whole is not copied into a sandbox`, {
    hint: 'name a repository in a folder of its own with --repo',
  });
}

/** The git directory of a checkout's top folder, or null if there is none. Submodules and linked worktrees have a file. */
export function gitDirOf(folder: string): string | null {
  const path = join(folder, '.git');
  try {
    if (statSync(path).isDirectory()) return isGitDir(path) ? path : null;
    const target = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
    return target === undefined ? null : resolve(folder, target);
  } catch {
    return null;
  }
}

function isGitDir(path: string): boolean {
  return (
    existsSync(join(path, 'HEAD')) &&
    (existsSync(join(path, 'objects')) || existsSync(join(path, 'commondir')))
  );
}

function describe(root: string, gitDir: string): Repository {
  const commonDir = resolve(gitDir, readOr(join(gitDir, 'commondir'), '.').trim());
  return { root, gitDir, commonDir, objectDirs: withAlternates(join(commonDir, 'objects')) };
}

function withAlternates(first: string): string[] {
  const found = [first];
  for (const dir of found) {
    for (const line of readOr(join(dir, 'info', 'alternates'), '').split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const other = resolve(dir, line.startsWith('"') ? unquote(line) : line);
      if (!found.includes(other) && existsSync(other)) found.push(other);
    }
  }
  return found;
}

function unquote(line: string): string {
  return line.slice(1, -1).replace(/\\([\\"])/g, '$1');
}

/** A small text file's content, or `otherwise` when it is not there. */
export function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
