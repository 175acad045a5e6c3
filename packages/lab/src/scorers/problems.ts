import {
  LanguageServers,
  newProblems,
  type Problem,
  problemLine,
  problemsOf,
  ServerFault,
  serverFor,
} from '@heddle/code';
import type { Workspace } from '@heddle/workspace';
import { type ScoredTrial, type TrialScore, Unscored } from '../trial-scorer.ts';
import { changedContents } from './changes.ts';
import { refuseEmpty, trialScorer } from './define.ts';
import { lintAdded } from './lint.ts';

/** A cold server reads a large project first. */
const FIRST_MS = 90_000;
const NEXT_MS = 20_000;
/** Changed files that are looked at. */
const MAX_FILES = 60;
/** Problems that are told. */
const MAX_NAMED = 4;

/**
 * What a language server has against the changed files that it had nothing against before: type errors, and warnings
 * such as unreachable code. Both states are asked in the same environment, so that what is missing there cancels out.
 */
export const problems = trialScorer(
  {
    name: 'problems',
    about:
      'type errors and warnings of a language server that the patch adds in the files it changes; beside it those of the repository’s own linter',
    better: 'lower',
    unit: 'amount',
    source: import.meta.url,
  },
  async (trial) => {
    refuseEmpty(trial);
    const unscored = (error: unknown): TrialScore => {
      if (error instanceof Unscored) return { unscored: error.message };
      throw error;
    };
    const found = await serverProblems(trial).catch((error: unknown) => ({ problems: unscored(error) }));
    return { ...found, 'problems.lint': await lintAdded(trial).catch(unscored) };
  },
);

async function serverProblems(trial: ScoredTrial): Promise<Record<string, TrialScore>> {
  const paths = (await changedContents(trial))
    .filter(({ path, binary }) => !binary && serverFor(path) !== null)
    .map(({ path }) => path)
    .slice(0, MAX_FILES);
  if (paths.length === 0) throw new Unscored('it changes no file that a language server knows');
  const before = await problemsAt(await trial.open('before'), paths, trial.signal);
  const after = await problemsAt(await trial.open('after'), paths, trial.signal);
  const added = newProblems(before, after);
  const errors = added.filter(({ severity }) => severity === 'error');
  const why = (of: readonly Problem[]) =>
    of.length === 0 ? `none in ${paths.join(', ')}` : of.slice(0, MAX_NAMED).map(problemLine).join('; ');
  return {
    problems: { value: added.length, why: why(added) },
    'problems.errors': { value: errors.length, why: why(errors) },
  };
}

async function problemsAt(
  workspace: Workspace,
  paths: readonly string[],
  signal: ScoredTrial['signal'],
): Promise<Problem[]> {
  const found: Problem[] = [];
  await using servers = new LanguageServers({
    root: workspace.root,
    spawn: (command, options) => workspace.spawn(command, options),
    exec: (command, options) => workspace.exec(command, options),
    read: async (path) => (await workspace.files.read(path)).toString('utf8'),
  });
  const started = new Set<string>();
  for (const path of paths) {
    if ((await workspace.files.stat(path))?.kind !== 'file') continue;
    try {
      const client = await servers.clientFor(path);
      const timeoutMs = started.has(client.spec.id) ? NEXT_MS : FIRST_MS;
      started.add(client.spec.id);
      found.push(...problemsOf(path, await client.diagnostics(path, { timeoutMs, signal })));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ServerFault)
        throw new Unscored(`${path} could not be looked at: ${error.message}`);
      throw error;
    }
  }
  return found;
}
