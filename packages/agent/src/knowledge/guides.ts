import { posix } from 'node:path';
import type { WorkspaceFiles } from '@heddle/workspace';
import { readText } from './read-text.ts';

/** What somebody has written down for those who work on a repository, or on any of theirs. */
export interface Guide {
  /** From the repository's root; of the user's own, absolute or below `~/`. */
  readonly path: string;
  readonly text: string;
}

/**
 * Files in which projects tell agents how to work on them, the one that counts most first. Those in a dot folder speak
 * of the folder round it. `CONTEXT.md` is not among them: it is as often a chapter of a manual.
 */
const NAMES = [
  'AGENTS.md',
  'AGENT.md',
  'CLAUDE.md',
  '.claude/CLAUDE.md',
  'GEMINI.md',
  '.github/copilot-instructions.md',
  '.cursorrules',
  'CONVENTIONS.md',
] as const;

/** Of one file, about 3,000 tokens: what is longer is a manual, and can be read when it is needed. */
const MAX_FILE_CHARACTERS = 12_000;
/** Of one folder's files; of the root's, which every request carries. */
const MAX_FOLDER_CHARACTERS = 24_000;
/** Of all that is journaled: a large monorepo has some eighty of them. */
const MAX_CHARACTERS = 400_000;

/** The guides of a repository, outermost folder first. What cannot be read (a link that leaves it) is left out. */
export async function readGuides(paths: readonly string[], files: WorkspaceFiles): Promise<Guide[]> {
  const guides: Guide[] = [];
  let left = MAX_CHARACTERS;
  for (const [folder, names] of guideFolders(paths)) {
    const texts: string[] = [];
    let room = Math.min(left, MAX_FOLDER_CHARACTERS);
    for (const name of names) {
      const path = posix.join(folder, name);
      const text = tidy(await readText(path, files));
      const own = withoutReferences(text, names);
      // The same in other words for another program is left in: nobody can tell which of the two is meant.
      if (own === '' || texts.includes(text) || room <= 0) continue;
      texts.push(text);
      const guide = guideOf(ambiguous(path) ? `./${path}` : path, text, room);
      room -= guide.text.length;
      left -= guide.text.length;
      guides.push(guide);
    }
  }
  return guides;
}

/** A guide as it is journaled; cut, which is said, where it is longer than a guide may be. */
export function guideOf(path: string, whole: string, room = MAX_FILE_CHARACTERS): Guide {
  const text = tidy(whole);
  const most = Math.min(room, MAX_FILE_CHARACTERS);
  if (text.length <= most) return { path, text };
  const cut = text.slice(0, text.lastIndexOf('\n', most) + 1 || most).trimEnd();
  return { path, text: `${cut}\n[cut: ${cut.length} of ${text.length} characters; the rest is in ${path}]` };
}

/** Whether it is the user's own and not the repository's. */
export function isUsers({ path }: Guide): boolean {
  return ambiguous(path);
}

/** Paths that only the user's own guides may have: a repository's folder named `~` must not pass for a home. */
function ambiguous(path: string): boolean {
  return path.startsWith('~/') || path.startsWith('/');
}

/** The folder a guide speaks of, from the root; empty: the root. */
export function folderOf({ path }: Guide): string {
  const [name] = NAMES.filter((each) => path === each || path.endsWith(`/${each}`)).toSorted(
    (a, b) => b.length - a.length,
  );
  const folder = name === undefined ? posix.dirname(path) : path.slice(0, -name.length);
  return folder.replace(/^\.\//, '').replace(/\/$/, '').replace(/^\.$/, '');
}

/** Folder -> the guides in it in the order of {@link NAMES}; outer folders first. */
function guideFolders(paths: readonly string[]): [string, string[]][] {
  const folders = new Map<string, string[]>();
  for (const name of NAMES) {
    for (const path of paths) {
      if (path !== name && !path.endsWith(`/${name}`)) continue;
      const folder = path.slice(0, -name.length).replace(/\/$/, '');
      // The one in the dot folder is named by its longer name.
      if (posix.basename(folder) === '.claude' && name === 'CLAUDE.md') continue;
      folders.set(folder, [...(folders.get(folder) ?? []), name]);
    }
  }
  const depth = (folder: string) => (folder === '' ? 0 : folder.split('/').length);
  return [...folders].sort(([a], [b]) => depth(a) - depth(b) || (a < b ? -1 : 1));
}

const CONTROL = /[\0-\x08\x0B-\x1F\x7F]/g;

function tidy(text: string): string {
  return text
    .replaceAll(/\uFEFF|\r(?=\n)/g, '')
    .replaceAll(CONTROL, '')
    .trim();
}

/** What a file says beyond `@AGENTS.md`, by which one program is pointed to another's file beside it. */
function withoutReferences(text: string, beside: readonly string[]): string {
  const points = (line: string) =>
    beside.some((name) => line.trim() === `@${name}` || line.trim() === `@./${name}`);
  return text
    .split('\n')
    .filter((line) => !points(line))
    .join('\n')
    .trim();
}
