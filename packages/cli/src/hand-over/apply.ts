import { OperatorError } from '@heddle/core';
import { complaint, git } from './git.ts';

/**
 * Puts a patch into the user's working tree, all of it or nothing; the index stays as it is.
 *
 * @throws OperatorError `does-not-apply`: the files were changed in the meantime.
 */
export async function applyPatch(root: string, patch: string, rollout: string): Promise<void> {
  const end = await git(['apply', '--whitespace=nowarn', '-'], { cwd: root, stdin: patch });
  if (end.exitCode === 0) return;
  throw new OperatorError(
    'does-not-apply',
    `the patch does not apply, nothing was changed: ${complaint(end)}`,
    {
      hint: `the files have changed since; \`heddle show ${rollout} --diff\` prints the patch`,
    },
  );
}
