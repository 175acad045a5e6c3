import { digestOf } from '@heddle/core';
import { languageOf } from '../syntax/languages.ts';
import { isTestFile } from '../test-files.ts';
import { canonicalTokens } from './canonical.ts';
import { shapeOf } from './shape.ts';

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
  /** Weaker than `sourceDigest`: also the same where only the names of local variables it brings in differ. */
  readonly shape: string;
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
  const files: Made[] = [];
  for (const change of changes) {
    const made = await madeOf(change);
    if (made !== null) files.push(made);
  }
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  const sources = files.filter(({ path }) => !isTestFile(path));
  return {
    digest: digestOfJson(files.map(({ path, digest }) => [path, digest])),
    sourceDigest: digestOfJson(sources.map(({ path, digest }) => [path, digest])),
    shape: digestOfJson(sources.map(({ path, shape }) => [path, shape])),
    sources: sources.map(({ path }) => path),
    tests: files.filter(({ path }) => isTestFile(path)).map(({ path }) => path),
  };
}

interface Made {
  readonly path: string;
  readonly digest: string;
  readonly shape: string;
}

/** What a file becomes, or null where that is what it was. */
async function madeOf({ path, before, after, binary }: FileVersions): Promise<Made | null> {
  if (before === after) return null;
  if (after === null) return { path, digest: 'deleted', shape: 'deleted' };
  const made = await contentOf(path, after, binary);
  const was = before === null ? null : await contentOf(path, before, binary);
  if (made.digest === was?.digest) return null;
  const shape = made.tokens && digestOfJson(shapeOf(was?.tokens ?? null, made.tokens));
  return { path, digest: made.digest, shape: shape ?? made.digest };
}

interface Content {
  readonly digest: string;
  /** Null: it counts by its text or its bytes. */
  readonly tokens: readonly string[] | null;
}

async function contentOf(path: string, text: string, binary: boolean): Promise<Content> {
  if (binary) return { digest: `bytes ${digestOfJson(text)}`, tokens: null };
  const unix = text.replaceAll('\r\n', '\n');
  const language = languageOf(path);
  const tokens = language === null ? null : await canonicalTokens(language, unix);
  if (tokens !== null) return { digest: `tree ${digestOfJson(tokens)}`, tokens };
  return { digest: `text ${digestOfJson(unix.replaceAll(/[ \t]+$/gm, '').trimEnd())}`, tokens: null };
}

const digestOfJson = (value: unknown): string => digestOf(JSON.stringify(value));
