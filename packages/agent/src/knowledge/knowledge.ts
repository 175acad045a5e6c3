import { posix } from 'node:path';
import type { EventOf } from '@heddle/core';
import type { OpenedWorkspace, OpenOptions } from '@heddle/workspace';
import type { Runtime } from '../rollout.ts';
import { readGuides } from './guides.ts';
import { readSkills, SKILL_FILE } from './skills.ts';

/**
 * What a workspace must have that is outside of the repository: the folders of the user's own skills, then those of the
 * environment, and the environment itself.
 */
export function shownFolders({
  skills = [],
  environment,
}: Pick<Runtime, 'skills' | 'environment'>): Pick<OpenOptions, 'shown' | 'environment'> {
  const { shown = [], ...programs } = environment ?? {};
  return {
    shown: [...skills.map(({ folder }) => folder), ...shown],
    ...(environment === undefined ? {} : { environment: programs }),
  };
}

/**
 * What somebody has written down for the work to come, for `workspace.prepared`: the user's own before the
 * repository's. The workspace was opened with {@link shownFolders}.
 */
export async function knowledgeOf(
  { paths, shown, workspace: { files } }: Pick<OpenedWorkspace, 'paths' | 'shown' | 'workspace'>,
  { guides = [], skills = [] }: Pick<Runtime, 'guides' | 'skills'>,
): Promise<Pick<EventOf<'workspace.prepared'>, 'guides' | 'skills'>> {
  const own = skills.map(({ name, description }, at) => ({
    name,
    description,
    path: posix.join(shown[at]!, SKILL_FILE),
  }));
  return {
    guides: [...guides, ...(await readGuides(paths, files))],
    skills: [...own, ...(await readSkills(paths, files))],
  };
}
