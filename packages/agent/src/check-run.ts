import { readTestOutput } from '@heddle/code';
import type { CheckOutcome, CheckSpec } from '@heddle/core';
import type { ExecResult, Workspace } from '@heddle/workspace';

/** Failing names kept per run; beyond this a suite is broken wholesale and the count says it. */
const MAX_FAILING_NAMES = 200;
/** A check is worth running only if it gets this long, even at the end of the time limit. */
const MIN_CHECK_SECONDS = 5;
/** 126 and 127: the shell could not start the command at all. */
export const COULD_NOT_START: ReadonlySet<number | null> = new Set([126, 127]);

export interface CheckRunOptions {
  /** What is left of the rollout's time. */
  readonly secondsLeft: number;
  readonly signal: AbortSignal;
  onOutput(chunk: string): void;
}

export interface RanCheck {
  readonly outcome: CheckOutcome;
  readonly output: string;
  readonly seconds: number;
}

export async function runCheck(
  workspace: Workspace,
  check: CheckSpec,
  { secondsLeft, signal, onOutput }: CheckRunOptions,
): Promise<RanCheck> {
  const timeoutSeconds = Math.max(MIN_CHECK_SECONDS, Math.min(check.timeoutSeconds, secondsLeft));
  const result = await workspace.exec(check.command, { timeoutSeconds, signal, onOutput });
  const { output, seconds } = result;
  return { outcome: outcomeOf(check, result, workspace.root), output, seconds };
}

function outcomeOf(check: CheckSpec, { ended, exitCode, output }: ExecResult, root: string): CheckOutcome {
  const nothing = { counts: null, failing: [] };
  switch (ended) {
    case 'timeout':
      return { status: 'hung', exitCode: null, ...nothing };
    case 'memory':
    case 'processes':
    case 'output':
    case 'lost':
      return { status: 'broken', exitCode, ...nothing, ended };
    case 'aborted':
      return { status: 'broken', exitCode, ...nothing };
    case 'exited':
      break;
    default:
      return ended satisfies never;
  }
  if (COULD_NOT_START.has(exitCode)) return { status: 'broken', exitCode, ...nothing };
  const report = readTestOutput(check.framework, output, exitCode, root);
  return {
    status: exitCode === 0 ? 'passed' : 'failed',
    exitCode,
    counts: report?.counts ?? null,
    failing: (report?.failing ?? []).slice(0, MAX_FAILING_NAMES).map(({ name }) => name),
  };
}
