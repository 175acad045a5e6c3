import { ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';

/** Larger files are data or generated. */
const MAX_TEXT_BYTES = 300_000;
const LIST_SECONDS = 20;

/** Paths of the files that git knows or would take, relative to the root; none where git cannot say. */
export async function listFiles(workspace: Workspace): Promise<string[]> {
  const { output, exitCode } = await workspace.exec(
    'git -c core.quotePath=false ls-files -co --exclude-standard',
    { timeoutSeconds: LIST_SECONDS },
  );
  return exitCode === 0 ? output.split('\n').filter(Boolean) : [];
}

/** Null: no file, no text, or a large one. */
export async function textOf(workspace: Workspace, path: string): Promise<string | null> {
  const stat = await workspace.files.stat(path);
  if (stat?.kind !== 'file' || stat.bytes > MAX_TEXT_BYTES) return null;
  const bytes = await workspace.files.read(path);
  return bytes.subarray(0, 8_000).includes(0) ? null : bytes.toString('utf8');
}

/** Null: it cannot be read from inside (a link to nowhere, or that leads out). */
export async function bytesOf(workspace: Workspace, path: string): Promise<Buffer | null> {
  try {
    return await workspace.files.read(path);
  } catch (error) {
    if (error instanceof ModelFacingError) return null;
    throw error;
  }
}
