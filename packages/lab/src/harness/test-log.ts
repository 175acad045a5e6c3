import type { LogContext, ParseLog, StatusMap } from './parsers/parser.ts';

/** Written round the output of the tests: what is outside them is not the tests'. */
export const START = '>>>>> Start Test Output';
export const END = '>>>>> End Test Output';
const EXIT = '>>>>> Test Exit Code';

/** Anywhere in a log, they say that there is nothing to read in it. */
const SPOILT = [
  '>>>>> Patch Apply Failed',
  '>>>>> Reset Failed',
  '>>>>> Tests Errored',
  '>>>>> Tests Timed Out',
];

/** Runners that name only failures print one of these when they have run at least one test. */
const SUITE_RAN = new RegExp(
  [
    String.raw`Executed [1-9]\d* of \d+`,
    String.raw`TOTAL: [1-9]\d* (?:SUCCESS|FAILED)`,
    String.raw`[1-9]\d* passing`,
    String.raw`Tests:\s+[1-9]\d*`,
    String.raw`Test Suites:\s+(?:\d+ \w+, )*[1-9]\d* total`,
    String.raw`^# tests [1-9]\d*`,
    String.raw`[1-9]\d* specs?, \d+ failures?`,
    "': ok$",
  ].join('|'),
  'm',
);

/** What a test run's log says; `null` where it cannot be trusted, with why. */
export type ReadLog =
  | { readonly tests: StatusMap }
  | { readonly tests: null; readonly why: 'spoilt' | 'no-markers' | 'never-ran' | 'exit-code-disagrees' };

/** The text that is kept and read: the tests' output between markers, then the exit code. */
export function markedLog(parts: {
  readonly before: string;
  readonly output: string;
  readonly exitCode: number | null;
}): string {
  const code = parts.exitCode === null ? '' : `${EXIT}: ${parts.exitCode}\n`;
  const line = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
  return `${line(parts.before)}+ : '${START}'\n${line(parts.output)}+ : '${END}'\n${code}`;
}

/** Every line ends in `\n` alone: carriage returns begin new lines, as in files opened as text. */
export const asLines = (text: string): string => text.replace(/\r\n?/g, '\n');

/**
 * Reads a log as the SWE-bench harness does: only between the markers, unless nothing is found there; not at all where
 * no sign shows that the suite ran, or where the command failed and yet no test did.
 */
export function readLog(log: string, parse: ParseLog, context: Omit<LogContext, 'exitCode'>): ReadLog {
  const text = asLines(log);
  if (SPOILT.some((mark) => text.includes(mark))) return { tests: null, why: 'spoilt' };
  if (!text.includes(START) || !text.includes(END)) return { tests: null, why: 'no-markers' };
  const code = new RegExp(`${EXIT}:\\s*(-?\\d+)`).exec(text)?.[1];
  const exitCode = code === undefined ? null : Number(code);
  const between = text.split(START)[1]!.split(END, 1)[0]!;
  let tests = parse(between, { ...context, exitCode });
  if (tests.size === 0) tests = parse(text, { ...context, exitCode });
  if (tests.size === 0 && !SUITE_RAN.test(text)) return { tests: null, why: 'never-ran' };
  const failed = [...tests.values()].some((status) => status === 'FAILED' || status === 'ERROR');
  if (exitCode !== null && exitCode !== 0 && tests.size > 0 && !failed) {
    return { tests: null, why: 'exit-code-disagrees' };
  }
  return { tests };
}
