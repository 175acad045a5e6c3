/** How one test ended, in the words of the SWE-bench harness. */
export type TestStatus = 'PASSED' | 'FAILED' | 'ERROR' | 'SKIPPED' | 'XFAIL';

/** Name of a test -> how it ended. A name that is met twice has its last outcome. */
export type StatusMap = Map<string, TestStatus>;

/** What some readers need to know beside the log. */
export interface LogContext {
  readonly instance: string;
  readonly version: string;
  /** Of the test command, where it is known. */
  readonly exitCode: number | null;
}

/** Reads the outcomes of tests from what a test command printed. Lines end in `\n` only. */
export type ParseLog = (log: string, context: LogContext) => StatusMap;

export const STATUSES: readonly TestStatus[] = ['FAILED', 'PASSED', 'SKIPPED', 'ERROR', 'XFAIL'];
