import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openWorkspace, prepareImage } from '@heddle/workspace';
import { seal } from '../harness/seal.ts';
import type { Environment, Source } from '../instance.ts';

/** As long as the longest published solutions take, compilers among them. */
const SOLVE_SECONDS = 1_800;

/**
 * The reference solution of a task as a patch: `solution/solve.sh` is run in a sandbox on the task's files, without a
 * network, and what it changes is taken. Null: there is none, it fails, or it changes nothing (what it leaves outside of
 * the task's folder is no part of a patch).
 */
export async function goldOf({
  folder,
  files,
  environment,
}: {
  readonly folder: string;
  readonly files: Source;
  readonly environment: Environment | null;
}): Promise<string | null> {
  const solution = join(folder, 'solution');
  if (!existsSync(join(solution, 'solve.sh'))) return null;
  const home = await mkdtemp(join(tmpdir(), 'heddle-gold-'));
  try {
    const sealed = await seal(files, home);
    const sandbox = environment?.image === undefined ? 'auto' : await prepareImage(environment.image);
    const { workspace, base, shown } = await openWorkspace({
      repo: sealed.folder,
      home,
      id: 'solve',
      sandbox,
      shown: [solution],
    });
    try {
      const run = await workspace.exec(`bash '${shown[0]}/solve.sh'`, { timeoutSeconds: SOLVE_SECONDS });
      if (run.exitCode !== 0) return null;
      const patch = await workspace.diff(base, await workspace.snapshot());
      return patch === '' ? null : patch;
    } finally {
      await workspace.dispose();
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
