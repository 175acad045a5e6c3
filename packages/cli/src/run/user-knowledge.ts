import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Guide, guideOf, SKILL_FILE, skillOf, type UserSkill } from '@heddle/agent';
import { messageOf, OperatorError, systemCode } from '@heddle/core';
import { userConfigPath } from '../config/load.ts';

/** In the folder of the user's configuration and in Heddle's own: what the user wants of all work. */
const GUIDE = 'AGENTS.md';

/** What the user has written down for all of their repositories. Throws OperatorError `unreadable-guide`. */
export function userGuides(home: string, env: NodeJS.ProcessEnv = process.env): Guide[] {
  const folders = [...new Set([dirname(userConfigPath(env)), home])];
  return folders.flatMap((folder) => {
    const path = join(folder, GUIDE);
    const guide = guideOf(labelOf(path), readIfThere(path));
    return guide.text === '' ? [] : [guide];
  });
}

/** In Heddle's own folder: a folder each. */
const SKILLS = 'skills';

/** Know-how the user keeps for all of their repositories. Throws OperatorError `unreadable-guide`. */
export function userSkills(home: string): UserSkill[] {
  const top = join(home, SKILLS);
  if (!existsSync(top)) return [];
  return readdirSync(top)
    .sort()
    .flatMap((name) => {
      const folder = join(top, name);
      const skill = skillOf(readIfThere(join(folder, SKILL_FILE)), name);
      return skill === null ? [] : [{ ...skill, folder }];
    });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return '';
    throw new OperatorError('unreadable-guide', `cannot read ${path}: ${messageOf(cause)}`, {
      cause,
      hint: 'make it readable, or remove it',
    });
  }
}

function labelOf(path: string): string {
  const fromHome = relative(homedir(), path);
  return fromHome.startsWith('..') ? path : `~/${fromHome}`;
}
