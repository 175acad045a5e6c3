import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isTestFile } from '@heddle/code';
import * as z from 'zod/mini';
import type { Instance } from '../instance.ts';
import type { ExerciseLanguage } from './exercise-languages.ts';
import { patchOf } from './patch-text.ts';
import { parseJson, parseRecord, readText } from './records.ts';

const configSchema = z.object({
  files: z.object({
    solution: z.array(z.string()),
    test: z.array(z.string()),
    example: z.optional(z.array(z.string())),
    exemplar: z.optional(z.array(z.string())),
    editor: z._default(z.array(z.string()), []),
    invalidator: z._default(z.array(z.string()), []),
  }),
  blurb: z._default(z.string(), ''),
  custom: z._default(z.record(z.string(), z.unknown()), {}),
});
type ExerciseConfig = z.infer<typeof configSchema>;

/** Not for the agent: reference solutions, and texts that the statement has already. */
const HIDDEN_FOLDERS = ['.meta', '.docs', '.exercism', '.approaches', '.articles'];
/** A support file above this many characters is compared by its digest instead of being written anew. */
const SMALL = 50_000;

/**
 * An exercise as an instance: instructions as its statement, tests held back and all switched on, the reference
 * solution as gold. Null: it has no reference solution, or no tests. Throws OperatorError `dataset-unreadable`.
 */
export async function readExercise(
  folder: string,
  language: ExerciseLanguage,
): Promise<Omit<Instance, 'id' | 'cluster' | 'environment'> | null> {
  const file = join(folder, '.meta', 'config.json');
  const spot = { file };
  const config = parseRecord(configSchema, { value: parseJson(await readText(file), spot), spot });
  const after = await referenceOf(folder, config);
  if (config.files.test.length === 0 || Object.keys(after).length === 0) return null;
  const tests = [...new Set([...config.files.test, ...config.files.editor.filter(isTestFile)])];
  const slug = basename(folder);
  const statement = await statementOf(folder, config);
  const before = Object.fromEntries(
    await Promise.all(
      Object.keys(after).map(async (path) => [path, await textAt(join(folder, path))] as const),
    ),
  );
  const { files, digests } = await testFilesOf(folder, { config, tests, language });
  return {
    statement,
    files: { kind: 'folder', path: folder, hidden: [...HIDDEN_FOLDERS, ...tests] },
    checks: [],
    grading: {
      kind: 'tests',
      testPatch: '',
      files,
      command: commandOf(slug, { language, digests, custom: config.custom, tests: config.files.test }),
      timeoutSeconds: language.timeoutSeconds,
      parser: 'exit-code',
      failToPass: ['tests'],
      passToPass: [],
    },
    gold: patchOf(before, after),
    meta: { language: language.name, slug, blurb: config.blurb, solution: config.files.solution },
  };
}

/** The reference solution's texts by the paths of what they stand for. */
async function referenceOf(folder: string, { files }: ExerciseConfig): Promise<Record<string, string>> {
  const examples = files.exemplar ?? files.example ?? [];
  const java = '.meta/src/reference/java';
  const more = existsSync(join(folder, java))
    ? (await readdir(join(folder, java))).map((name) => `${java}/${name}`)
    : existsSync(join(folder, '.meta/Cargo-example.toml'))
      ? ['.meta/Cargo-example.toml']
      : [];
  const found: Record<string, string> = {};
  for (const example of new Set([...examples, ...more])) {
    const place = placeOf(example, files.solution);
    const text = place === null ? null : await textAt(join(folder, example));
    if (place !== null && text !== null) found[place] = text;
  }
  return found;
}

/** Which file a reference file stands for: one of its name, else the only one with its ending. */
function placeOf(example: string, solution: readonly string[]): string | null {
  if (example.endsWith('Cargo-example.toml')) return 'Cargo.toml';
  const name = basename(example);
  const named = solution.find((path) => basename(path) === name);
  if (named !== undefined) return named;
  if (name.endsWith('.java')) return `src/main/java/${name}`;
  const ending = name.slice(name.lastIndexOf('.'));
  const fitting = solution.filter((path) => path.endsWith(ending));
  return fitting.length === 1 ? fitting[0]! : null;
}

async function statementOf(folder: string, { files, blurb }: ExerciseConfig): Promise<string> {
  const texts = await Promise.all(
    ['introduction.md', 'introduction.append.md', 'instructions.md', 'instructions.append.md'].map((name) =>
      textAt(join(folder, '.docs', name)),
    ),
  );
  const list = files.solution.map((path) => `\`${path}\``).join(', ');
  return [
    ...texts.flatMap((text) => (text === null ? [] : [text.trim()])),
    ...(texts.every((text) => text === null) ? [blurb] : []),
    `Carry out these instructions in: ${list}. Keep the names of functions, classes and modules that are there, for tests that are held back use them. Use the standard library only.`,
  ].join('\n\n');
}

/** What is put over the agent's files before its work is tested: the tests, and what builds and starts them. */
async function testFilesOf(
  folder: string,
  {
    config,
    tests,
    language,
  }: { config: ExerciseConfig; tests: readonly string[]; language: ExerciseLanguage },
): Promise<{ files: Record<string, string>; digests: Record<string, string> }> {
  const { solution, invalidator } = config.files;
  const support = [...invalidator, ...language.support].filter((path) => !solution.includes(path));
  const files: Record<string, string> = {};
  const digests: Record<string, string> = {};
  for (const path of new Set([...tests, ...support])) {
    const text = await textAt(join(folder, path));
    if (text === null) continue;
    if (text.length > SMALL && !tests.includes(path)) {
      digests[path] = createHash('sha256')
        .update(await readFile(join(folder, path)))
        .digest('hex');
    } else files[path] = tests.includes(path) ? language.enable(text) : text;
  }
  return { files, digests };
}

/**
 * Tests run in a copy that bears the exercise's name: some builds go by their folder's, and what a build leaves behind is
 * not the agent's work. Support that is too large to be written anew must be as it was.
 */
function commandOf(
  slug: string,
  {
    language,
    digests,
    custom,
    tests,
  }: {
    language: ExerciseLanguage;
    digests: Readonly<Record<string, string>>;
    custom: ExerciseConfig['custom'];
    tests: readonly string[];
  },
): string {
  const sums = Object.entries(digests)
    .map(([path, digest]) => `${digest}  ${path}\n`)
    .join('');
  return [
    ...(sums === '' ? [] : [`printf '%s' '${sums}' | sha256sum --check --quiet - || exit 1`]),
    `copy="$(mktemp -d)/${slug}" && cp -R . "$copy" && cd "$copy" || exit 1`,
    language.command({ custom, tests }),
  ].join('\n');
}

async function textAt(path: string): Promise<string | null> {
  return existsSync(path) ? readText(path) : null;
}
