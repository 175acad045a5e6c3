import type { Workspace } from '@heddle/workspace';
import { type ScoredTrial, type TrialScore, Unscored } from '../trial-scorer.ts';
import { type CodeChange, codeChanges } from './changes.ts';
import { refuseEmpty, trialScorer } from './define.ts';
import { MUTABLE, type Mutant, mutantsOf } from './mutants.ts';
import { commandsFor } from './own-tests.ts';
import { patchFiles } from './patch-files.ts';

/** Enough for a score to within some ten points (Gopinath et al. 2015 take far more for far less). */
const MAX_MUTANTS = 30;
/** Of one run on the patch as it is. */
const CLEAN_SECONDS = 120;
/** A mutant that takes this many times as long hangs. */
const HANGS_AFTER = 4;
const LEAST_SECONDS = 10;
/** Of all mutants together; those not reached are left out. */
const BUDGET_SECONDS = 600;
/** Mutants that are told. */
const MAX_NAMED = 3;

/**
 * Whether the tests that an agent wrote would notice a mistake: the share of mutants of the lines its patch added that
 * make them fail. Beside it, whether they fail without the patch, as a test of a fix should.
 */
export const testQuality = trialScorer(
  {
    name: 'test-quality',
    about:
      'mutation score of the tests the agent wrote, on the lines it added; beside it whether they fail without the patch',
    better: 'higher',
    source: import.meta.url,
    config: { mutants: MAX_MUTANTS, seconds: BUDGET_SECONDS },
  },
  async (trial) => {
    refuseEmpty(trial);
    const changes = await codeChanges(trial);
    const tests = changes.filter(
      ({ isTest, after }) =>
        isTest && after !== null && /\b(?:def test|class Test|it|test|describe)\b/.test(after),
    );
    if (tests.length === 0) throw new Unscored('it wrote no tests');
    const source = changes.filter(({ isTest }) => !isTest);
    const after = await trial.open('after');
    const commands = await commandsFor(
      tests.map(({ path }) => path),
      after,
      trial.instance,
    );
    if (commands === null) throw new Unscored('how its tests are run is not known');
    const clean = await run(after, commands, CLEAN_SECONDS, trial.signal);
    if (!clean.passed) throw new Unscored(`its tests do not pass on its own patch here: ${clean.said}`);
    return {
      'test-quality': await mutationScore(trial, { source, after, commands, seconds: clean.seconds }),
      'test-quality.fails-before': await failsBefore(trial, { tests, commands }),
    };
  },
);

interface Ground {
  readonly source: readonly CodeChange[];
  readonly after: Workspace;
  readonly commands: readonly string[];
  /** Of a run on the patch as it is. */
  readonly seconds: number;
}

async function mutationScore(
  trial: ScoredTrial,
  { source, after, commands, seconds }: Ground,
): Promise<TrialScore> {
  const mutants = await mutantsIn(trial, source);
  if (mutants.length === 0)
    return { unscored: 'the lines it added give no mutants (or are of no language that has operators)' };
  const limit = Math.max(LEAST_SECONDS, HANGS_AFTER * seconds);
  const until = performance.now() + BUDGET_SECONDS * 1000;
  const survivors: Mutant[] = [];
  let tried = 0;
  for (const mutant of mutants) {
    if (tried > 0 && performance.now() > until) break;
    const original = await after.files.read(mutant.path);
    await after.files.write(mutant.path, mutant.text);
    const { passed } = await run(after, commands, limit, trial.signal);
    await after.files.write(mutant.path, original);
    tried += 1;
    if (passed) survivors.push(mutant);
  }
  const told = survivors.slice(0, MAX_NAMED).map(({ path, line, name }) => `${path}:${line} ${name}`);
  const left =
    tried < mutants.length ? ` (${mutants.length - tried} more not tried in ${BUDGET_SECONDS} s)` : '';
  return {
    value: (tried - survivors.length) / tried,
    why: `${tried - survivors.length} of ${tried} mutants noticed${left}${told.length === 0 ? '' : `; not ${told.join(', ')}`}`,
  };
}

/** In turn from each file, so that a long one does not take all places. */
async function mutantsIn({ patch }: ScoredTrial, source: readonly CodeChange[]): Promise<Mutant[]> {
  const added = new Map(patchFiles(patch).map(({ path, added: lines }) => [path, new Set(lines)]));
  const piles: Mutant[][] = [];
  for (const { path, language, after } of source) {
    const lines = added.get(path);
    if (after === null || lines === undefined || !MUTABLE.has(language)) continue;
    piles.push(await mutantsOf({ path, language, text: after }, lines));
  }
  const dealt: Mutant[] = [];
  for (let turn = 0; piles.some((pile) => turn < pile.length); turn++)
    for (const pile of piles) if (turn < pile.length) dealt.push(pile[turn]!);
  return dealt.slice(0, MAX_MUTANTS);
}

async function failsBefore(
  trial: ScoredTrial,
  { tests, commands }: { readonly tests: readonly CodeChange[]; readonly commands: readonly string[] },
): Promise<TrialScore> {
  const before = await trial.open('before');
  for (const { path, after } of tests) await before.files.write(path, after!);
  const { passed } = await run(before, commands, CLEAN_SECONDS, trial.signal);
  return passed
    ? { value: 0, why: 'its tests pass without its patch too' }
    : { value: 1, why: 'its tests fail without its patch' };
}

interface Outcome {
  readonly passed: boolean;
  readonly seconds: number;
  /** The end of what it printed. */
  readonly said: string;
}

async function run(
  workspace: Workspace,
  commands: readonly string[],
  timeoutSeconds: number,
  signal: AbortSignal,
): Promise<Outcome> {
  let seconds = 0;
  for (const command of commands) {
    // Compiled files are known by their second and size, which a mutant may share.
    const env = { PYTHONDONTWRITEBYTECODE: '1', CI: '1' };
    const result = await workspace.exec(command, { timeoutSeconds, signal, env });
    signal.throwIfAborted();
    seconds += result.seconds;
    const said = result.output.trimEnd().split('\n').at(-1) ?? '';
    if (result.ended !== 'exited' || result.exitCode !== 0)
      return { passed: false, seconds, said: result.ended === 'exited' ? said : result.ended };
  }
  return { passed: true, seconds, said: '' };
}
