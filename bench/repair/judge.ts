import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { openWorkspace } from '@heddle/workspace';
import type { RepairCase } from './case.ts';
import { makeRepository } from './files.ts';

/** A check that runs longer is broken by what was tried. */
export const CHECK_SECONDS = 10;

/**
 * Whether the files with the patch pass the tests that were held out, run in a sandbox. `repo`: a folder for it, made
 * and taken away. Throws when the patch does not apply or nothing can be run: nothing is known then.
 */
export async function holds(
  test: RepairCase,
  patch: string,
  { repo, home }: { readonly repo: string; readonly home: string },
): Promise<boolean> {
  makeRepository(repo, test.files);
  try {
    execFileSync('git', ['apply', '-'], { cwd: repo, input: patch, stdio: 'pipe' });
    const { workspace } = await openWorkspace({ repo, home, id: 'judge' });
    try {
      for (const [path, text] of Object.entries(test.heldOut.files)) await workspace.files.write(path, text);
      const run = await workspace.exec(test.heldOut.check, { timeoutSeconds: CHECK_SECONDS * 3 });
      return run.ended === 'exited' && run.exitCode === 0;
    } finally {
      await workspace.dispose();
    }
  } finally {
    rmSync(repo, { recursive: true, force: true });
  }
}
