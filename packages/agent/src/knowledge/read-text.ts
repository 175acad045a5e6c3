import { ModelFacingError } from '@heddle/core';
import type { WorkspaceFiles } from '@heddle/workspace';

/** A file's text; empty for one that cannot be read as such (a pipe, a link that leads outside). */
export async function readText(path: string, files: WorkspaceFiles): Promise<string> {
  try {
    return (await files.read(path)).toString('utf8');
  } catch (error) {
    if (error instanceof ModelFacingError) return '';
    throw error;
  }
}
