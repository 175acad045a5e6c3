import type { WorkspaceFiles } from '@heddle/workspace';
import { readText } from './read-text.ts';

/** Know-how for a kind of work: what it is for is known from the start, the rest is read when it is needed. */
export interface Skill {
  readonly name: string;
  readonly description: string;
  /** Of its `SKILL.md`, as the model can read it. */
  readonly path: string;
}

/** A skill of the user's own, in a folder outside any repository. */
export interface UserSkill extends Omit<Skill, 'path'> {
  /** The folder its `SKILL.md` is in. */
  readonly folder: string;
}

export const SKILL_FILE = 'SKILL.md';

/** Where repositories keep them: a folder each. The first that has a skill of a name counts. */
const PLACES = ['.agents/skills', '.claude/skills', 'skills'] as const;
/** More are a catalogue, not what a repository needs. */
const MAX_SKILLS = 50;
/** As the format has them. */
const MAX_NAME_CHARACTERS = 64;
const MAX_DESCRIPTION_CHARACTERS = 1_024;

/** The skills of a repository. One without a description is passed over: nobody could tell when it is wanted. */
export async function readSkills(paths: readonly string[], files: WorkspaceFiles): Promise<Skill[]> {
  const skills: Skill[] = [];
  const found = PLACES.flatMap((place) => paths.filter((path) => isSkillIn(place, path)));
  for (const path of found.slice(0, MAX_SKILLS)) {
    const skill = skillOf(await readText(path, files), path.split('/').at(-2)!);
    if (skill === null || skills.some(({ name }) => name === skill.name)) continue;
    skills.push({ ...skill, path });
  }
  return skills;
}

/** What the head of a `SKILL.md` says; null without a description. `folder`: the name of one that names none. */
export function skillOf(text: string, folder: string): Omit<Skill, 'path'> | null {
  const head = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^---[ \t]*$/m.exec(text);
  if (head === null || head.index !== 0) return null;
  const description = field(head[1]!, 'description').slice(0, MAX_DESCRIPTION_CHARACTERS);
  const name = (field(head[1]!, 'name') || tidy(folder)).slice(0, MAX_NAME_CHARACTERS);
  return description === '' ? null : { name, description };
}

function isSkillIn(place: string, path: string): boolean {
  if (!path.startsWith(`${place}/`)) return false;
  const [folder, file, ...deeper] = path.slice(place.length + 1).split('/');
  return folder !== '' && file === SKILL_FILE && deeper.length === 0;
}

/**
 * A text of YAML's upper level, on one line: plain (a colon in it is forgiven), quoted, or a block, over as many lines
 * as are indented. The rest of YAML says nothing about when a skill is wanted.
 */
function field(yaml: string, name: string): string {
  const lines = yaml.split(/\r?\n/);
  const first = lines.findIndex((line) => line.startsWith(`${name}:`));
  if (first === -1) return '';
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => line.trim() !== '' && !/^\s/.test(line));
  const head = lines[first]!.slice(name.length + 1).trim();
  const body = rest.slice(0, end === -1 ? rest.length : end).join(' ');
  if (/^[|>][-+\d]*(?:\s+#.*)?$/.test(head)) return tidy(body);
  return tidy(unquoted(`${head} ${body}`.trim()));
}

const ESCAPES: Readonly<Record<string, string>> = { n: ' ', t: ' ', r: ' ' };

function unquoted(text: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"/s.exec(text)?.[1];
  if (double !== undefined) return double.replaceAll(/\\(.)/gs, (_, it: string) => ESCAPES[it] ?? it);
  const single = /^'((?:[^']|'')*)'/s.exec(text)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  return text.replace(/(?:^|\s)#.*$/s, '');
}

/** On one line, without what terminals take for commands. */
function tidy(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
}
