import { isTestFile } from '@heddle/code';
import type { CheckOutcome, CheckSpec } from '@heddle/core';
import type { ChangedFile, Workspace } from '@heddle/workspace';
import { steersChecks, testsRun } from './judges.ts';
import { checkLine } from './report.ts';
import type { CheckRun, RolloutState } from './state.ts';

export interface Judging {
  readonly workspace: Workspace;
  readonly state: RolloutState;
  run(workspace: Workspace, check: CheckSpec): Promise<CheckOutcome>;
  /** What a run printed last. */
  lastLine(run: CheckRun): string;
}

/**
 * Why the work is not verified; empty if it is. Verified means: a check of the user's failed before, every check
 * passes now, and it still does with the user's own test files put back in place of changed ones.
 *
 * Where all of them passed before (a feature was asked for), tests that the work itself brought are weaker evidence:
 * whoever writes both the code and its test may misunderstand the task in both. So they never verify it, but it is
 * said whether they tell the work from the files as they were.
 */
export async function whyUnverified(judging: Judging): Promise<string> {
  const why = await whyNot(judging);
  const { reviewed, workspace } = judging.state;
  const shown = reviewed?.reproduction?.shows === true && reviewed.snapshot === workspace!.snapshot;
  if (why === '' || !shown) return why;
  return `${why} All the same, the agent's own reproduction fails without the change and passes with it: \`${reviewed.reproduction!.command}\`.`;
}

async function whyNot(judging: Judging): Promise<string> {
  const { state, workspace } = judging;
  const { base, snapshot } = state.workspace!;
  const runs = state.config.checks.map((check) => ({ check, run: state.checks.get(check.name)! }));
  if (runs.length === 0) return 'no check is known for this repository (give one with --check).';
  const failing = runs.filter(({ run }) => run.last!.outcome.status !== 'passed');
  if (failing.length > 0) {
    return `${failing.map(({ check, run }) => failed(check, run.last!, judging)).join(', ')}.`;
  }
  if (base === snapshot) return 'nothing was changed.';
  const stale = runs.filter(({ run }) => run.last!.snapshot !== snapshot);
  if (stale.length > 0) return `check ${stale[0]!.check.name} was not run on the final files.`;
  const fewer = runs.find(({ run }) => testsRun(run.last!.outcome) < testsRun(run.before!.outcome));
  const changed = await workspace.changed(base, snapshot);
  if (runs.every(({ run }) => run.before!.outcome.status === 'passed')) {
    if (fewer !== undefined) return lost(fewer.check);
    return (
      (await ownTestsSay(judging, changed)) ??
      'no check failed before the change, so none shows that it does what was asked.'
    );
  }
  if (fewer !== undefined) return lost(fewer.check);
  const judges = changed.filter(({ path, status }) =>
    status === 'added' ? steersChecks(path) : isTestFile(path) || steersChecks(path),
  );
  return judges.length === 0 ? '' : failsWithUsersTests(judging, judges);
}

/** Why a check could not run at all is in what it printed: a program that is not there. */
function failed(check: CheckSpec, run: CheckRun, { lastLine }: Judging): string {
  const said = run.outcome.status === 'broken' ? lastLine(run) : '';
  return `check ${checkLine(check, run.outcome)}${said === '' ? '' : `, ${said}`}`;
}

function lost({ name }: CheckSpec): string {
  return `check ${name} runs fewer tests than before the change.`;
}

async function failsWithUsersTests(
  { workspace, state, run }: Judging,
  judges: readonly ChangedFile[],
): Promise<string> {
  const { base, snapshot } = state.workspace!;
  const original = await workspace.fork(base);
  const judged = await workspace.fork(snapshot);
  try {
    for (const { path, status } of judges) {
      if (status === 'added') await judged.files.remove(path);
      else await judged.files.write(path, await original.files.read(path));
    }
    for (const check of state.config.checks) {
      const outcome = await run(judged, check);
      if (outcome.status !== 'passed') {
        return `what judges the work was changed (${judges.map(({ path }) => path).join(', ')}), and with the original check ${check.name} ${outcome.status}.`;
      }
    }
    return '';
  } finally {
    await Promise.all([original.dispose(), judged.dispose()]);
  }
}

/** What the tests that the work brought say of the files as they were; null if it brought none. */
async function ownTestsSay(
  { workspace, state, run }: Judging,
  changed: readonly ChangedFile[],
): Promise<string | null> {
  const { base, snapshot } = state.workspace!;
  const tests = changed.filter(({ path, status }) => status !== 'deleted' && isTestFile(path));
  // Without a change beside them there is nothing that they could tell apart.
  if (tests.length === 0 || tests.length === changed.length) return null;
  const done = await workspace.fork(snapshot);
  const undone = await workspace.fork(base);
  try {
    for (const { path } of tests) await undone.files.write(path, await done.files.read(path));
    const outcomes: CheckOutcome[] = [];
    for (const check of state.config.checks) outcomes.push(await run(undone, check));
    return saying(outcomes);
  } finally {
    await Promise.all([done.dispose(), undone.dispose()]);
  }
}

function saying(outcomes: readonly CheckOutcome[]): string | null {
  // A check that could not run or was stopped says nothing about the tests.
  if (outcomes.some(({ status }) => status === 'broken' || status === 'hung')) return null;
  const before = 'the checks passed before the change too';
  if (outcomes.every(({ status }) => status === 'passed')) {
    return `${before}, and the tests it added or changed pass without it: nothing shows that it does what was asked.`;
  }
  const names = new Set(outcomes.flatMap(({ failing }) => failing));
  const which =
    names.size === 0
      ? 'tests it added or changed fail'
      : names.size === 1
        ? '1 test it added or changed fails'
        : `${names.size} tests it added or changed fail`;
  return `${before}; ${which} without it and pass${names.size === 1 ? 'es' : ''} with it.`;
}
