import { LANGUAGES, type Language, languageOf } from '@heddle/code';
import * as z from 'zod/mini';
import type { AgentState } from './agent.ts';
import type { Run } from './run.ts';

const NAMES = Object.keys(LANGUAGES) as [Language, ...Language[]];
const words = z.array(z.string().check(z.minLength(1))).check(z.minLength(1));
const languages = z.array(z.enum(NAMES)).check(z.minLength(1));

/** When an agent of a route is the one, as data. With several fields each must hold. */
export const conditionSchema = z
  .strictObject({
    /** One of these occurs in the task; letter case aside, `*` stands for anything within a line. */
    task: z.optional(words),
    /** The language that most of the repository's source files are in. */
    language: z.optional(languages),
  })
  .check(
    z.refine(
      ({ task, language }) => task !== undefined || language !== undefined,
      'expected task or language',
    ),
  );

type Condition = z.infer<typeof conditionSchema>;

/** Index of the first condition that holds; of the last entry where none does. */
export async function firstOf(
  conditions: readonly (Condition | undefined)[],
  { task }: AgentState,
  run: Run,
): Promise<number> {
  const asksLanguage = conditions.some((each) => each?.language !== undefined);
  const language = asksLanguage ? await mainLanguage(run) : null;
  const found = conditions.findIndex(
    (each) =>
      each === undefined ||
      ((each.task === undefined || each.task.some((words) => occurs(words, task))) &&
        (each.language === undefined || each.language.some((name) => name === language))),
  );
  return found === -1 ? conditions.length - 1 : found;
}

/** Without a regular expression, which could be made to take for ever: each piece is looked for after the one before. */
function occurs(pattern: string, text: string): boolean {
  const pieces = pattern.toLowerCase().split('*');
  return text
    .toLowerCase()
    .split('\n')
    .some((line) => {
      let at = 0;
      return pieces.every((piece) => {
        const found = line.indexOf(piece, at);
        at = found + piece.length;
        return found >= 0;
      });
    });
}

/** Listing 100,000 files takes git a second. */
const LIST_SECONDS = 60;

/** Null: no file of a language that is known, or git cannot list them. */
async function mainLanguage({ ground: { workspace } }: Run): Promise<Language | null> {
  const chunks: string[] = [];
  const { ended, exitCode } = await workspace.exec('git ls-files -z', {
    timeoutSeconds: LIST_SECONDS,
    onOutput: (chunk) => chunks.push(chunk),
  });
  if (ended !== 'exited' || exitCode !== 0) return null;
  const counts = new Map<Language, number>();
  for (const path of chunks.join('').split('\0')) {
    const language = languageOf(path);
    if (language !== null) counts.set(language, (counts.get(language) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}
