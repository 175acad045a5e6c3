import { readFile } from 'node:fs/promises';
import { ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';

/** Where our own ripgrep is put inside a workspace that can't see it. */
const INSIDE = '/tmp/heddle-rg';
const SECONDS = 20;

/**
 * A ripgrep that runs inside the workspace: one that is there, else ours, copied in where the sandbox hides it. Throws
 * ModelFacingError `no-ripgrep`.
 */
export async function searchProgram(workspace: Workspace, ours: string | null): Promise<string> {
  for (const program of [...(ours === null ? [] : [ours]), 'rg', INSIDE])
    if (await runs(workspace, program)) return program;
  if (ours !== null) {
    await workspace.exec(`cat > ${INSIDE} && chmod 755 ${INSIDE}`, {
      stdin: await readFile(ours),
      timeoutSeconds: SECONDS,
    });
    if (await runs(workspace, INSIDE)) return INSIDE;
  }
  throw new ModelFacingError('no-ripgrep', 'ripgrep cannot run in this workspace: use bash with grep -rnE.');
}

async function runs(workspace: Workspace, program: string): Promise<boolean> {
  const { exitCode } = await workspace.exec(`'${program.replaceAll("'", `'\\''`)}' --version`, {
    timeoutSeconds: SECONDS,
  });
  return exitCode === 0;
}
