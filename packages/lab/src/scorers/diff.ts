import { posix } from 'node:path';
import { definitionsIn, isTestFile } from '@heddle/code';
import { type ScoredTrial, type TrialScore, Unscored } from '../trial-scorer.ts';
import { codeChanges } from './changes.ts';
import { refuseEmpty, trialScorer } from './define.ts';
import { type PatchFile, patchFiles } from './patch-files.ts';

/** How large the patch is and how far it is spread. Test files count apart: writing tests is nothing to save on. */
export const diff = trialScorer(
  {
    name: 'diff',
    about:
      'lines added and removed outside tests; beside it files, hunks, folders and symbols touched, and lines of tests',
    better: 'lower',
    unit: 'amount',
    source: import.meta.url,
  },
  async (trial) => {
    refuseEmpty(trial);
    const files = patchFiles(trial.patch);
    if (files.length === 0) throw new Unscored('the patch cannot be read');
    const source = files.filter(({ path }) => !isTestFile(path));
    const sum = (of: readonly PatchFile[], count: (file: PatchFile) => number) =>
      of.reduce((total, file) => total + count(file), 0);
    const added = sum(source, (file) => file.added.length);
    const removed = sum(source, (file) => file.removed.length);
    const tests = sum(files, (file) => file.added.length + file.removed.length) - added - removed;
    const folders = new Set(source.map(({ path }) => posix.dirname(path)));
    const paths = source.map(({ path }) => path).join(', ');
    const whole = (value: number, why: string): TrialScore => ({ value, why });
    return {
      diff: whole(added + removed, `+${added} -${removed} in ${source.length} files`),
      'diff.added': whole(added, paths),
      'diff.removed': whole(removed, paths),
      'diff.files': whole(source.length, paths),
      'diff.hunks': whole(
        sum(source, ({ hunks }) => hunks),
        paths,
      ),
      'diff.folders': whole(folders.size, [...folders].join(', ')),
      'diff.symbols': await symbols(trial, source).catch(unscored),
      'diff.tests': whole(tests, `${files.length - source.length} test files`),
    };
  },
);

function unscored(error: unknown): TrialScore {
  if (error instanceof Unscored) return { unscored: error.message };
  throw error;
}

/** Functions, methods and types with a changed line in them, the innermost of those inside each other. */
async function symbols(trial: ScoredTrial, files: readonly PatchFile[]): Promise<TrialScore> {
  const touched = new Set<string>();
  let read = 0;
  for (const { path, language, before, after } of await codeChanges(trial)) {
    const file = files.find((each) => each.path === path);
    if (file === undefined) continue;
    read += 1;
    for (const [text, lines] of [
      [after, file.added],
      [before, file.removed],
    ] as const) {
      if (text === null) continue;
      const definitions = await definitionsIn(language, text);
      for (const line of lines) {
        const inner = definitions.findLast((each) => each.line <= line && line <= each.endLine);
        if (inner !== undefined) touched.add(`${path}:${inner.path.join('.')}`);
      }
    }
  }
  if (read === 0) throw new Unscored('it changes no file of a language that can be read');
  return { value: touched.size, why: [...touched].join(', ') };
}
