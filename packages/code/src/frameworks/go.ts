import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { dedent, ReportBuilder } from './report-builder.ts';

const RESULT = /^( *)--- (PASS|FAIL|SKIP): (\S+) \([\d.]+s\)$/;
/** `FAIL\tpackage\t0.1s`, `ok  \tpackage\t0.1s`, `FAIL\tpackage [build failed]`. */
const PACKAGE = /^(ok|FAIL|\?)\s*\t(\S+)(?:\s+(.*))?$/;
const STARTED = /^=== (?:RUN|PAUSE|CONT|NAME) +(\S+)?/;

/**
 * `go test`, plain, with `-v`, or with `-json` (whose output events hold what `-v` prints).
 * Without `-v` passing tests are not printed: packages are counted then, passing and failing ones alike.
 */
export function readGo(output: RunOutput): TestReport | null {
  const lines = plainLines(output.text);
  if (!lines.some((line) => PACKAGE.test(line) || RESULT.test(line))) return null;
  const builder = new ReportBuilder(output.root);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let start = 0;
  for (const [at, line] of lines.entries()) {
    const end = PACKAGE.exec(line);
    if (!end) continue;
    readPackage(
      lines.slice(start, at),
      { name: end[2]!, ok: end[1] !== 'FAIL', rest: end[3] ?? '' },
      counts,
      builder,
    );
    start = at + 1;
  }
  return builder.report(counts);
}

/** Events of packages that run at the same time are mixed: they are sorted out by package. */
function plainLines(text: string): string[] {
  const lines = text.split('\n');
  if (!lines.some((line) => /^\{"(?:Time|Action|ImportPath)":/.test(line))) return lines;
  const outputs = new Map<string, string>();
  for (const line of lines) {
    const event = line.startsWith('{') ? parseEvent(line) : { Output: `${line}\n` };
    if (event?.Output === undefined) continue;
    const key = event.Package ?? '';
    outputs.set(key, (outputs.get(key) ?? '') + event.Output);
  }
  return [...outputs].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, output]) => output.split('\n'));
}

function parseEvent(line: string): { Package?: string; Output?: string } | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function readPackage(
  lines: readonly string[],
  { name, ok, rest }: { name: string; ok: boolean; rest: string },
  counts: { passed: number; failed: number; skipped: number },
  builder: ReportBuilder,
): void {
  const verbose = lines.some((line) => STARTED.test(line));
  const results = lines.flatMap((line, at) => {
    const match = RESULT.exec(line);
    return match ? [{ at, indent: match[1]!.length, outcome: match[2]!, test: match[3]! }] : [];
  });
  const failed = results.filter(({ outcome }) => outcome === 'FAIL').map(({ test }) => test);
  const panic = lines.findIndex((line) => /^panic: |^fatal error: /.test(line));
  for (const { outcome, test } of verbose ? results : []) {
    if (results.some((other) => other.test.startsWith(`${test}/`))) continue; // told by its subtests
    counts[outcome === 'PASS' ? 'passed' : outcome === 'FAIL' ? 'failed' : 'skipped']++;
  }
  if (ok && results.length === 0 && !rest.includes('[no test')) counts.passed++;
  if (!verbose && failed.length > 0) counts.failed++;
  for (const { at, test, indent } of results.filter(({ outcome }) => outcome === 'FAIL')) {
    // A test that failed only because of its subtests is told by them.
    const message = verbose ? saidBy(lines, test) : saidBelow(lines, at, indent);
    const crash = panic >= 0 && at <= panic && test === failed.at(-1) ? lines.slice(panic) : [];
    const only = message.trim() === '' && crash.length === 0;
    if (only && failed.some((other) => other.startsWith(`${test}/`))) continue;
    builder.fail(`${name}.${test}`, [message, ...crash].join('\n'));
  }
  if (ok || failed.length > 0) return;
  // It did not build, or ended outside any test.
  counts.failed++;
  builder.fail(name, [...lines, rest].join('\n'));
}

/** Without `-v` a test's lines follow its result, indented further. */
function saidBelow(lines: readonly string[], at: number, indent: number): string {
  const end = lines.findIndex(
    (line, index) => index > at && (RESULT.test(line) || line.search(/\S/) <= indent || line === 'FAIL'),
  );
  return dedent(lines.slice(at + 1, end < 0 ? lines.length : end));
}

/** With `-v` a test's lines follow the marks that name it. */
function saidBy(lines: readonly string[], test: string): string {
  const said: string[] = [];
  let current = '';
  for (const line of lines) {
    const started = STARTED.exec(line);
    if (started) current = started[1] ?? '';
    else if (RESULT.test(line) || line === 'FAIL' || line.startsWith('panic: ')) current = '';
    else if (current === test) said.push(line);
  }
  return dedent(said);
}
