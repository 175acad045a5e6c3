import type { EventOf } from '@heddle/core';
import type { WorkspaceFiles } from '@heddle/workspace';
import type { Runtime } from '../rollout.ts';
import { readGuides } from './guides.ts';

/** What somebody has written down of the work to come, for `workspace.prepared`: the user's own before the repository's. */
export async function knowledgeOf(
  { paths, files }: { readonly paths: readonly string[]; readonly files: WorkspaceFiles },
  { guides = [] }: Pick<Runtime, 'guides'>,
): Promise<Pick<EventOf<'workspace.prepared'>, 'guides'>> {
  return { guides: [...guides, ...(await readGuides(paths, files))] };
}
