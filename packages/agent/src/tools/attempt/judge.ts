import { ModelFacingError } from '@heddle/core';
import type { Workspace } from '@heddle/workspace';
import { type CandidateEdit, changedFiles, writeFiles } from './apply.ts';
import type { Baseline } from './baseline.ts';
import type { Comparison } from './compare.ts';
import type { FirstRuns } from './first-runs.ts';
import { runTests, type TestRun } from './trial.ts';

/**
 * How a candidate ended. `part`: mends some failing tests and breaks none. `broken`: its edits don't fit.
 * `ill-typed`: it does not compile, and was not run.
 */
export interface Verdict {
  readonly outcome: 'pass' | 'part' | 'fail' | 'hung' | 'broken' | 'ill-typed';
  /** Of all tests for `pass`; of the failing ones otherwise. Null where they are not named. */
  readonly passed: number | null;
  readonly total: number | null;
  readonly mended: readonly string[];
  readonly broke: readonly string[];
  /** Why it is `broken` or `ill-typed`. */
  readonly reason?: string;
  /** How long it was let run; only of one that is `hung`. */
  readonly limitSeconds?: number;
  /** Only of one that passes, where it was asked for and can be told. */
  readonly comparison?: Comparison;
  readonly seconds: number;
}

const NOTHING = { passed: null, total: null, mended: [], broke: [] } as const;
export const NOT_RUN = { ...NOTHING, seconds: 0 } as const;
const HUNG = { outcome: 'hung', ...NOTHING } as const;

interface Trying {
  readonly fork: Workspace;
  /** In that fork. */
  readonly runs: FirstRuns;
  readonly fresh: () => Promise<Workspace>;
  readonly signal: AbortSignal;
}

/**
 * Tries one candidate: the failing tests in `fork`, which is put back afterwards; then, if that looks well, the
 * whole check in a fork of its own, so that nothing an earlier candidate left behind can make it pass.
 */
export async function judge(
  edits: readonly CandidateEdit[],
  baseline: Baseline,
  { fork, runs, ...options }: Trying,
): Promise<Verdict> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let files: Awaited<ReturnType<typeof changedFiles>>;
  try {
    files = await changedFiles(fork.files, edits);
  } catch (error) {
    if (!(error instanceof ModelFacingError)) throw error;
    return { outcome: 'broken', ...NOTHING, reason: error.message, seconds: seconds() };
  }
  const { check, first } = baseline;
  const { signal } = options;
  await writeFiles(fork.files, files.changed);
  let run: Awaited<ReturnType<FirstRuns['run']>>;
  let rejected: TestRun | null = null;
  try {
    run = await runs.run();
    if (promising(run, first.failing)) rejected = await runs.runWhole();
  } finally {
    await writeFiles(fork.files, files.originals);
  }
  if (run.ended === 'hung') return { ...HUNG, limitSeconds: run.limitSeconds, seconds: seconds() };
  const shown = compare(run, first.failing);
  if (shown.outcome === 'fail') return { ...shown, seconds: seconds() };
  // A run that shares a process with others may say that a candidate is bad, never that it is good.
  if (rejected !== null) {
    const { limitSeconds } = baseline;
    if (rejected.ended === 'hung') return { ...HUNG, limitSeconds, seconds: seconds() };
    const verdict = compare(rejected, baseline.failing);
    if (verdict.outcome === 'fail') return { ...verdict, seconds: seconds() };
  }
  const clean = await options.fresh();
  try {
    await writeFiles(clean.files, files.changed);
    const { command } = check;
    const whole = await runTests(clean, check, { command, limitSeconds: baseline.limitSeconds, signal });
    return { ...compare(whole, baseline.failing), seconds: seconds() };
  } finally {
    await clean.dispose();
  }
}

function promising(run: TestRun, failing: readonly string[]): boolean {
  return ['pass', 'part'].includes(compare(run, failing).outcome);
}

/** What a run says against the tests that failed before. */
function compare(run: TestRun, failing: readonly string[]): Omit<Verdict, 'seconds'> {
  if (run.ended === 'hung') return HUNG;
  if (run.ended === 'passed') {
    return { outcome: 'pass', passed: run.passed, total: run.passed, mended: failing, broke: [] };
  }
  const still = new Set(run.failing);
  const mended = failing.filter((name) => !still.has(name));
  const broke = run.failing.filter((name) => !failing.includes(name));
  const total = failing.length > 0 ? failing.length : null;
  // A file that no longer loads fails under its own name: its tests are neither mended nor counted as passing.
  const part =
    mended.length > 0 && broke.length === 0 && (run.passed ?? 0) >= mended.length && still.size > 0;
  const passed = total === null ? null : part ? mended.length : 0;
  return { outcome: part ? 'part' : 'fail', passed, total, mended: part ? mended : [], broke };
}
