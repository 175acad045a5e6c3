import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { countOf, dedent, ReportBuilder } from './report-builder.ts';

const FILE = /^(PASS|FAIL) (.+?)(?: \(\d[\d.]* m?s\))?$/;
const FAILURE = /^ {2}● (.+)$/;
const TOTALS = /^Tests: {2,}(.*)$/;
/** What can follow a failure; in verbose runs a file's console output comes before its heading. */
const END = /^(?:Test Suites: |Summary of all failing tests$| {2}console\.\w+$)/;

/** jest's default and verbose reporters. */
export function readJest({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  const totals = lines.findLast((line) => TOTALS.test(line));
  if (totals === undefined && !lines.some((line) => FILE.test(line))) return null;
  const builder = new ReportBuilder(root);
  let file = '';
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (/^Summary of all failing tests$/.test(line)) break; // with many files all failures are printed again
    const started = FILE.exec(line);
    if (started) file = started[1] === 'FAIL' ? projectless(started[2]!) : '';
    const title = FAILURE.exec(line)?.[1];
    if (title === undefined || file === '' || title === 'Console') continue;
    const end = lines.findIndex(
      (other, at) => at > i && (FAILURE.test(other) || FILE.test(other) || END.test(other)),
    );
    const message = dedent(lines.slice(i + 1, end < 0 ? lines.length : end));
    const name = title === 'Test suite failed to run' ? file : [file, ...title.split(' › ')].join(' > ');
    builder.fail(name, message);
  }
  const counts = TOTALS.exec(totals ?? '')?.[1] ?? '';
  return builder.report({
    passed: countOf(counts, 'passed'),
    failed: countOf(counts, 'failed'),
    skipped: countOf(counts, 'skipped') + countOf(counts, 'todo'),
  });
}

/** With several projects a file follows its project's name. */
function projectless(file: string): string {
  return file.split(' ').findLast((part) => part.includes('/') || part.includes('.')) ?? file;
}
