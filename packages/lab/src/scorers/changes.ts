import { isTestFile, type Language, languageOf } from '@heddle/code';
import type { ChangedContent } from '@heddle/workspace';
import type { ScoredTrial } from '../trial-scorer.ts';

/** A file of code that the patch changed, with both texts. */
export interface CodeChange {
  readonly path: string;
  readonly language: Language;
  /** Null: it is not there. */
  readonly before: string | null;
  readonly after: string | null;
  readonly isTest: boolean;
}

const known = new WeakMap<ScoredTrial, Promise<ChangedContent[]>>();

/** All files that differ with the patch; read once for all scorers of a trial. Throws Unscored where there is no place. */
export function changedContents(trial: ScoredTrial): Promise<ChangedContent[]> {
  let found = known.get(trial);
  if (found === undefined) {
    found = contentsOf(trial);
    known.set(trial, found);
  }
  return found;
}

async function contentsOf(trial: ScoredTrial): Promise<ChangedContent[]> {
  const before = await trial.open('before');
  const after = await trial.open('after');
  return after.contents(await before.snapshot(), await after.snapshot());
}

/** Those of a language that can be parsed. */
export async function codeChanges(trial: ScoredTrial): Promise<CodeChange[]> {
  return (await changedContents(trial)).flatMap(({ path, before, after, binary }) => {
    const language = languageOf(path);
    return language === null || binary ? [] : [{ path, language, before, after, isTest: isTestFile(path) }];
  });
}
