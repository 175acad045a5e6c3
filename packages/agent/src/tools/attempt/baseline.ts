import { type FailingTest, readTestOutput } from '@heddle/code';
import { type CheckSpec, ModelFacingError } from '@heddle/core';
import type { ToolContext } from '../../tool.ts';
import { failingCheck } from '../failing-check.ts';
import { directRun, type Focused, focusedRun, oneProcessRun, programOf } from './focus.ts';
import { lastLine, runTests, sameFailures, type TestRun } from './trial.ts';
import type { WarmLevel } from './warm-python.ts';

/** The check on the files as they are, and how each candidate is to be run against it. */
export interface Baseline {
  readonly check: CheckSpec;
  /** Names of all its failing tests; empty when its output names none. */
  readonly failing: readonly string[];
  /** Time limit of a whole run with a candidate. */
  readonly limitSeconds: number;
  /** The whole check on the files as they are. */
  readonly whole: TestRun;
  /** What is run first for each candidate. */
  readonly first: FirstRun;
  /** Whether it is the failing tests alone; otherwise it is the whole check. */
  readonly focused: boolean;
  /** The whole check in fewer processes than it takes; null: there is no such thing. */
  readonly quick: string | null;
  /** Found out by the first call that uses it. */
  readonly warmth: Warmth;
}

interface Warmth {
  /** What may be loaded so that runs from a warm process are like cold ones, most first; none: nothing may. */
  levels: readonly WarmLevel[];
  /** Whether the first of them has been seen to do so. */
  sure: boolean;
  /** Whether the whole check runs so too, or quickly where nothing is warm; null: not known yet. */
  whole: boolean | null;
}

interface FirstRun extends Focused {
  readonly failing: readonly string[];
  /** On the files as they are. */
  readonly run: TestRun;
  readonly limitSeconds: number;
}

/** A candidate may be this much slower than the unchanged files before it counts as running without end. */
const SLOWER_WHOLE = 4;
const SLOWER_FOCUSED = 8;
/** Room for a loaded machine, and for what a mended program does that the broken one never reached. */
const LEAST_WHOLE_SECONDS = 5;
const LEAST_FOCUSED_SECONDS = 2;
/** A check that hangs as it is says nothing about how long it should take. */
const UNKNOWN_WHOLE_SECONDS = 15;
const UNKNOWN_FOCUSED_SECONDS = 4;

/** Throws {@link ModelFacingError} when there is no such check, or none that fails. */
export async function baselineOf(name: string | undefined, context: ToolContext): Promise<Baseline> {
  const check = failingCheck(name, context);
  const known = context.view.checkRun(check.name).last;
  if (!known || known.snapshot !== context.view.snapshot) {
    throw new ModelFacingError(
      'stale-check',
      `Check ${check.name} has not been run on the files as they are.`,
    );
  }
  const { status, exitCode } = known.outcome;
  if (status === 'passed') {
    throw new ModelFacingError(
      'passing-check',
      `Check ${check.name} passes already: no candidate could show anything.`,
    );
  }
  const hangs = status === 'hung';
  const slower = Math.max(LEAST_WHOLE_SECONDS, known.seconds * SLOWER_WHOLE);
  const limitSeconds = Math.min(check.timeoutSeconds, hangs ? UNKNOWN_WHOLE_SECONDS : slower);
  const output = Buffer.from(context.objects.get(known.output)).toString('utf8');
  const report = readTestOutput(check.framework, output, exitCode, context.workspace.root);
  const tests = report?.failing ?? [];
  const failing = tests.map((test) => test.name);
  const whole: TestRun = {
    ended: hangs ? 'hung' : 'failed',
    passed: report?.counts.passed ?? null,
    failing,
    last: hangs ? '' : lastLine(output),
    seconds: known.seconds,
  };
  const { command } = check;
  const focus = await focusOf(check, tests, limitSeconds, context);
  const quick = await oneProcessRun(check, (path) => textOf(path, context));
  const direct = focus ? null : await directOf(check, { run: whole, output, quick }, limitSeconds, context);
  const first = focus ??
    direct ?? { command, program: programOf(command), failing, run: whole, limitSeconds };
  const levels: WarmLevel[] = first.run.ended === 'hung' ? ['standard'] : ['plugins', 'packages', 'standard'];
  return {
    check,
    failing,
    limitSeconds,
    whole,
    first,
    focused: focus !== null,
    quick,
    warmth: { levels, sure: false, whole: null },
  };
}

/** The failing tests alone, if that shows the failure on the unchanged files. */
async function focusOf(
  check: CheckSpec,
  tests: readonly FailingTest[],
  limitSeconds: number,
  context: ToolContext,
): Promise<FirstRun | null> {
  const names = tests.map(({ name }) => name);
  for (const focused of await focusedRun(check, tests, (path) => textOf(path, context))) {
    const run = await runApart(check, { command: focused.command, limitSeconds }, context);
    const shows =
      run.ended === 'hung' || (run.ended === 'failed' && run.failing.some((name) => names.includes(name)));
    if (!shows) continue;
    const slower = Math.max(LEAST_FOCUSED_SECONDS, run.seconds * SLOWER_FOCUSED);
    const own = run.ended === 'hung' ? UNKNOWN_FOCUSED_SECONDS : slower;
    return { ...focused, failing: run.failing, run, limitSeconds: Math.min(limitSeconds, own) };
  }
  return null;
}

/** The whole check without what starts it, or in fewer processes, if that says the same of the unchanged files. */
async function directOf(
  check: CheckSpec,
  { run: cold, output, quick }: { run: TestRun; output: string; quick: string | null },
  limitSeconds: number,
  context: ToolContext,
): Promise<FirstRun | null> {
  if (cold.ended === 'hung') return null;
  const direct = await directRun(check, (path) => textOf(path, context));
  const ways = [...(quick === null ? [] : [{ command: quick, program: null }]), ...(direct ? [direct] : [])];
  for (const way of ways) {
    const run = await runApart(check, { command: way.command, limitSeconds }, context);
    // Where failures are named they say it all; elsewhere the output has to.
    const known = cold.failing.length > 0 || output.split('\n').some((line) => lastLine(line) === run.last);
    const same = run.ended === 'failed' && sameFailures(run, cold) && known;
    if (same) return { ...way, failing: run.failing, run, limitSeconds };
  }
  return null;
}

async function textOf(path: string, { workspace }: ToolContext): Promise<string | null> {
  if ((await workspace.files.stat(path)) === null) return null;
  return (await workspace.files.read(path)).toString('utf8');
}

/** Runs a command on the files as they are, in a workspace of its own. */
async function runApart(
  check: CheckSpec,
  options: { readonly command: string; readonly limitSeconds: number },
  { workspace, signal }: ToolContext,
): Promise<TestRun> {
  const fork = await workspace.fork();
  try {
    return await runTests(fork, check, { ...options, signal });
  } finally {
    await fork.dispose();
  }
}
