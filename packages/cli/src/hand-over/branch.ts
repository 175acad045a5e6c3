import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '@heddle/core';
import { complaint, type GitEnd, git } from './git.ts';

/** Refuses a branch name that git does not take or that is there already, before any work is done for it. */
export async function refuseTakenBranch(root: string, name: string): Promise<void> {
  const valid = await git(['check-ref-format', '--branch', name], { cwd: root });
  if (valid.exitCode !== 0)
    throw new OperatorError('bad-branch', `${JSON.stringify(name)} is no name for a branch`);
  const found = await git(['show-ref', '--verify', '--quiet', `refs/heads/${name}`], { cwd: root });
  if (found.exitCode === 0) {
    throw new OperatorError('branch-exists', `the branch ${name} exists already`, {
      hint: 'give another name',
    });
  }
}

export interface BranchCommit {
  readonly name: string;
  readonly patch: string;
  /** Title, empty line, body. */
  readonly message: string;
}

/**
 * Commits a patch on a new branch from HEAD; neither the working tree nor the index is touched.
 * Gives the new commit's id.
 *
 * @throws OperatorError `branch-exists`, `does-not-apply`.
 */
export async function commitOnBranch(root: string, { name, patch, message }: BranchCommit): Promise<string> {
  await refuseTakenBranch(root, name);
  const folder = mkdtempSync(join(tmpdir(), 'heddle-index-'));
  try {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    const head = await git(['rev-parse', '--verify', '--quiet', 'HEAD'], { cwd: root });
    const parent = head.exitCode === 0 ? head.stdout.trim() : null;
    expectOk(
      await git(['read-tree', ...(parent === null ? ['--empty'] : [parent])], { cwd: root, env }),
      name,
    );
    const applied = await git(['apply', '--cached', '--whitespace=nowarn', '-'], {
      cwd: root,
      env,
      stdin: patch,
    });
    if (applied.exitCode !== 0) throw buildsOnUncommitted(name, applied);
    const tree = expectOk(await git(['write-tree'], { cwd: root, env }), name);
    const commit = expectOk(
      await git(['commit-tree', tree, ...(parent === null ? [] : ['-p', parent])], {
        cwd: root,
        stdin: message,
        env: await identity(root),
      }),
      name,
    );
    // The empty old value makes git refuse a branch that came to be in the meantime.
    expectOk(await git(['update-ref', `refs/heads/${name}`, commit, ''], { cwd: root }), name);
    return commit;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A machine without a git identity can still commit. */
async function identity(root: string): Promise<Record<string, string>> {
  const own = await git(['var', 'GIT_COMMITTER_IDENT'], { cwd: root });
  if (own.exitCode === 0) return {};
  const [name, email] = ['Heddle', 'heddle@localhost'];
  return {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
}

function expectOk(end: GitEnd, branch: string): string {
  if (end.exitCode === 0) return end.stdout.trim();
  throw new OperatorError('no-branch', `the branch ${branch} was not made: ${complaint(end)}`);
}

function buildsOnUncommitted(branch: string, end: GitEnd): OperatorError {
  return new OperatorError(
    'does-not-apply',
    `the branch ${branch} was not made, the patch does not apply to the last commit: ${complaint(end)}`,
    { hint: 'it builds on uncommitted changes: commit those first, or use --apply' },
  );
}
