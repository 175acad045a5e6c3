import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { countOf, ReportBuilder } from './report-builder.ts';
import { readTap } from './tap.ts';

const SECTION = /^⎯+ (Failed Suites|Failed Tests|Unhandled Errors?|Unhandled Rejection)\b.*⎯+$/;
const FAIL = /^ FAIL {2}(.+)$/;
const RULE = /^⎯{8,}(?:\[\d+\/\d+\]⎯)?$/;
const TOTALS = /^ +Tests +(.*\d.*)$/;

/** vitest's default, verbose and dot reporters (one list of failures for all), and its TAP. */
export function readVitest(output: RunOutput): TestReport | null {
  const lines = output.text.split('\n');
  const totals = lines.findLast((line) => TOTALS.test(line));
  const first = lines.findIndex((line) => SECTION.test(line));
  if (totals === undefined && first < 0) return readTap(output);
  const builder = new ReportBuilder(output.root);
  const failures = first < 0 ? [] : failuresIn(lines.slice(first));
  for (const { names, message } of failures) {
    for (const name of names) builder.fail(name, message);
  }
  const counts = totals ?? '';
  return builder.report({
    passed: countOf(counts, 'passed'),
    failed: countOf(counts, 'failed'),
    skipped: countOf(counts, 'skipped') + countOf(counts, 'todo'),
  });
}

/** Failures with one and the same error are printed once, below all their names. */
function failuresIn(lines: readonly string[]): { names: string[]; message: string }[] {
  const found: { names: string[]; message: string }[] = [];
  let names: string[] = [];
  let message: string[] = [];
  const close = () => {
    if (names.length > 0) found.push({ names, message: message.join('\n') });
    names = [];
    message = [];
  };
  for (const line of lines) {
    const name = FAIL.exec(line)?.[1];
    if (name !== undefined && message.length === 0) names.push(nameOf(name));
    else if (name !== undefined || SECTION.test(line) || RULE.test(line) || /^ Test Files /.test(line)) {
      close();
      if (name !== undefined) names.push(nameOf(name));
    } else if (names.length > 0) message.push(line);
  }
  close();
  return found;
}

/** A file that could not be loaded is printed as `a.test.ts [ a.test.ts ]`; with several projects, after `|name| `. */
function nameOf(printed: string): string {
  return printed
    .replace(/^\|[^|]+\| +/, '')
    .replace(/ \[ (\S.*) \]$/, (all, path) => (printed.includes(`${path} [ ${path} ]`) ? '' : all));
}
