import type { Workspace } from '@heddle/workspace';

/** Larger files are data or generated. */
const MAX_TEXT_BYTES = 300_000;
const LIST_SECONDS = 60;

/** Paths of all files that git knows or would take, relative to the root; null: git cannot say. */
export async function pathsIn(workspace: Workspace): Promise<string[] | null> {
  const chunks: string[] = [];
  const { exitCode } = await workspace.exec('git -c core.quotePath=false ls-files -co --exclude-standard', {
    timeoutSeconds: LIST_SECONDS,
    onOutput: (chunk) => chunks.push(chunk),
  });
  return exitCode === 0 ? chunks.join('').split('\n').filter(Boolean) : null;
}

/** Null: no file, no text, or a large one. */
export async function textIn(workspace: Workspace, path: string): Promise<string | null> {
  const stat = await workspace.files.stat(path);
  if (stat?.kind !== 'file' || stat.bytes > MAX_TEXT_BYTES) return null;
  const bytes = await workspace.files.read(path);
  return bytes.subarray(0, 8_000).includes(0) ? null : bytes.toString('utf8');
}
