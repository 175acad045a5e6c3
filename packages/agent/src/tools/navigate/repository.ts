import type { ListedFile, RepositoryFiles } from '@heddle/code';
import { ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';

/** Listing 100,000 files takes git a second. */
const LIST_SECONDS = 60;

/** A workspace's files without those that git ignores. */
export function repositoryOf(workspace: Workspace): RepositoryFiles {
  return {
    async list() {
      const chunks: string[] = [];
      const { ended, exitCode } = await workspace.exec(
        'git ls-files -z --cached --others --exclude-standard --deduplicate',
        { timeoutSeconds: LIST_SECONDS, onOutput: (chunk) => chunks.push(chunk) },
      );
      if (ended !== 'exited' || exitCode !== 0) {
        throw new ModelFacingError(
          'no-listing',
          `git could not list the files (${ended === 'exited' ? `exit code ${exitCode}` : ended}). Run "git status" with bash to see why.`,
        );
      }
      const paths = chunks.join('').split('\0').filter(Boolean);
      const listed = await Promise.all(paths.map((path) => fileAt(workspace, path)));
      return listed.filter((file) => file !== null);
    },
    read: async (path) => (await workspace.files.read(path)).toString('utf8'),
  };
}

/** Null: it is no file, or was deleted and git still knows it. */
async function fileAt({ files }: Workspace, path: string): Promise<ListedFile | null> {
  try {
    const stat = await files.stat(path);
    return stat?.kind === 'file' ? { path, bytes: stat.bytes, changedMs: stat.mtimeMs } : null;
  } catch {
    return null; // a name that leads outside
  }
}
