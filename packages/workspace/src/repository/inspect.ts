import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRepository, type Repository, readOr } from './discover.ts';
import { GitFailure, git } from './git.ts';

/** The repository a folder is in, and the commit it is at (null before the first one). Cheap: for messages and journals. */
export async function inspectRepository(
  folder: string,
): Promise<{ readonly root: string; readonly commit: string | null }> {
  const repository = findRepository(folder);
  return { root: repository.root, commit: await headCommit(repository) };
}

const OBJECT_ID = /^[0-9a-f]{40}([0-9a-f]{24})?$/;

async function headCommit(repository: Repository): Promise<string | null> {
  const head = readOr(join(repository.gitDir, 'HEAD'), '').trim();
  if (OBJECT_ID.test(head)) return head;
  const ref = head.replace(/^ref: /, '');
  const loose = readOr(join(repository.commonDir, ref), '').trim();
  if (OBJECT_ID.test(loose)) return loose;
  return packedRef(repository, ref) ?? (await askGit(repository));
}

function packedRef(repository: Repository, ref: string): string | undefined {
  try {
    const lines = readFileSync(join(repository.commonDir, 'packed-refs'), 'utf8').split('\n');
    return lines.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0];
  } catch {
    return undefined;
  }
}

/** Unborn branches and reference formats that are no plain files. */
async function askGit({ root }: Repository): Promise<string | null> {
  try {
    return (await git(['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: root })).toString().trim();
  } catch (error) {
    if (error instanceof GitFailure) return null;
    throw error;
  }
}
