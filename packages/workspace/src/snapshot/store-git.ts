import { OperatorError } from '@heddle/core';
import { GitFailure, type GitRun, gitAnswer, NO_CONFIGURATION } from '../repository/git.ts';
import type { ShadowStore } from './shadow-store.ts';

interface StoreRun extends Pick<GitRun, 'input' | 'accept'> {
  /** Index file, for what works on one. */
  readonly index?: string;
}

/**
 * Lets git make objects in our store, without a work tree and without anybody's configuration. What it finds in the
 * user's repository it does not write again (it may refresh that object's time, as any git that borrows from it does).
 * Throws OperatorError `store-failed`.
 */
export async function gitOnStore(
  { dir }: ShadowStore,
  args: readonly string[],
  { index, accept = [0], input = '' }: StoreRun = {},
): Promise<{ readonly code: number; readonly output: string }> {
  const env = { ...NO_CONFIGURATION, GIT_DIR: dir, ...(index !== undefined && { GIT_INDEX_FILE: index }) };
  try {
    const { code, output } = await gitAnswer(args, { cwd: dir, env, accept, input });
    return { code, output: output.toString() };
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    const [said = ''] = error.stderr.trim().split('\n');
    throw new OperatorError('store-failed', `git could not work on the snapshots: ${said}`, {
      hint: `look at the space and the rights of ${dir}`,
      cause: error,
    });
  }
}
