import { digestOf } from '@heddle/core';
import { languageOf } from '../syntax/languages.ts';
import { isTestFile } from '../test-files.ts';
import { canonicalTokens } from './canonical.ts';

/** What a candidate makes of one file. */
export interface FileVersions {
  readonly path: string;
  /** Its text; null: it is not there. Of a binary file whatever stands for its bytes, as their digest. */
  readonly before: string | null;
  readonly after: string | null;
  readonly binary: boolean;
}

/** A change without its formatting and comments. */
export interface NormalPatch {
  /** Two changes of the same files have the same exactly if they make the same of them all. */
  readonly digest: string;
  /** As `digest`, of what is no test: two candidates that differ only in their tests are the same fix. */
  readonly sourceDigest: string;
  /** Files whose meaning changes, sorted. Both empty: nothing but formatting and comments. */
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/**
 * Names what a change makes, whatever its formatting and comments, as Agentless (Xia et al. 2024) does before it lets
 * patches vote, but by syntax tree. Formatting is what the tree says already, white space and comments that nothing
 * but people reads; what else is left out of it is said in `meaningless.ts` and `strings.ts`. A file that does not
 * parse, that has no grammar here or is too large counts by its text, without line endings and white space at the ends
 * of lines; a binary one by its bytes. A file left as it was, in this sense, is no part of the change.
 */
export async function normalPatch(changes: readonly FileVersions[]): Promise<NormalPatch> {
  const files: { readonly path: string; readonly made: string }[] = [];
  for (const change of changes) {
    const made = await madeOf(change);
    if (made !== null) files.push({ path: change.path, made });
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const [sources, tests] = [
    files.filter(({ path }) => !isTestFile(path)),
    files.filter(({ path }) => isTestFile(path)),
  ];
  return {
    digest: digestOfJson(files.map(({ path, made }) => [path, made])),
    sourceDigest: digestOfJson(sources.map(({ path, made }) => [path, made])),
    sources: sources.map(({ path }) => path),
    tests: tests.map(({ path }) => path),
  };
}

/** What a file becomes, or null where that is what it was. */
async function madeOf({ path, before, after, binary }: FileVersions): Promise<string | null> {
  if (before === after) return null;
  if (after === null) return 'deleted';
  const made = await contentOf(path, after, binary);
  const was = before === null ? null : await contentOf(path, before, binary);
  return made === was ? null : made;
}

async function contentOf(path: string, text: string, binary: boolean): Promise<string> {
  if (binary) return `bytes ${digestOf(text)}`;
  const unix = text.replaceAll('\r\n', '\n');
  const language = languageOf(path);
  const tokens = language === null ? null : await canonicalTokens(language, unix);
  if (tokens !== null) return `tree ${digestOfJson(tokens)}`;
  return `text ${digestOf(unix.replaceAll(/[ \t]+$/gm, '').trimEnd())}`;
}

const digestOfJson = (value: unknown): string => digestOf(JSON.stringify(value));
