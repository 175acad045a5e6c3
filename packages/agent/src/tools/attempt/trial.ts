import { readTestOutput } from '@heddle/code';
import type { CheckSpec } from '@heddle/core';
import type { ExecResult, Workspace } from '@heddle/workspace';

/** How a run of tests ended, read as far as it can be. */
export interface TestRun {
  readonly ended: 'passed' | 'failed' | 'hung';
  readonly passed: number | null;
  readonly failing: readonly string[];
  /** The last line of the output, without what differs from run to run. */
  readonly last: string;
  readonly seconds: number;
}

export interface RunOptions {
  readonly command: string;
  readonly limitSeconds: number;
  readonly signal: AbortSignal;
}

export async function runTests(
  workspace: Workspace,
  check: CheckSpec,
  options: RunOptions,
): Promise<TestRun> {
  const result = await workspace.exec(options.command, {
    timeoutSeconds: options.limitSeconds,
    signal: options.signal,
  });
  options.signal.throwIfAborted();
  return readRun(result, check, workspace.root);
}

export function readRun(result: ExecResult, check: CheckSpec, root: string): TestRun {
  const { ended, exitCode, output, seconds } = result;
  if (ended === 'timeout') return { ended: 'hung', passed: null, failing: [], last: '', seconds };
  const report = readTestOutput(check.framework, output, exitCode, root);
  return {
    ended: ended === 'exited' && exitCode === 0 ? 'passed' : 'failed',
    passed: report?.counts.passed ?? null,
    failing: report?.failing.map(({ name }) => name) ?? [],
    last: lastLine(output),
    seconds,
  };
}

/** Whether two runs name the same failing tests, in whatever order. */
export function sameFailures(a: Pick<TestRun, 'failing'>, b: Pick<TestRun, 'failing'>): boolean {
  return a.failing.toSorted().join('\n') === b.failing.toSorted().join('\n');
}

/** Times and addresses are left out. */
export function lastLine(output: string): string {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  return line.replaceAll(/\d+\.\d+|0x[\da-f]+/gi, '');
}
