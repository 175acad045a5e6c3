import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { countOf, ReportBuilder } from './report-builder.ts';

/** `=== 1 failed, 2 passed in 0.12s ===`, without the signs under `-q`. */
const TOTALS = /^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+|no tests ran) in \d[\d.]*s(?: \([\d:]+\))?(?: =+)?$/;
const HEADING = /^=+ (?:ERRORS|FAILURES) =+$/;
const SECTION = /^=+ .* =+$/;
const TITLE = /^_{2,} (.+?) _{2,}$/;
const SUMMARY = /^=+ short test summary info =+$/;
const SUMMARY_LINE = /^(FAILED|ERROR) (.+)$/;

/** pytest with any verbosity and traceback style; `-r` must show failures, as it does by default. */
export function readPytest({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  const totals = lines.findLast((line) => TOTALS.test(line));
  if (totals === undefined) return null;
  const sections = sectionsOf(lines);
  const builder = new ReportBuilder(root);
  // The last one: a test of pytest itself may print another.
  const summary = lines.findLastIndex((line) => SUMMARY.test(line));
  for (const line of summary < 0 ? [] : lines.slice(summary + 1)) {
    const match = SUMMARY_LINE.exec(line);
    if (!match) continue;
    const id = idOf(match[2]!);
    const reason = match[2]!.slice(id.length).replace(/^ - /, '');
    const section = sections.get(titleOf(id))?.shift() ?? reason;
    builder.fail(id, section);
  }
  const counts = TOTALS.exec(totals)![1]!;
  return builder.report({
    passed: countOf(counts, 'passed') + countOf(counts, 'xpassed'),
    failed: countOf(counts, 'failed') + countOf(counts, 'errors?'),
    skipped: countOf(counts, 'skipped') + countOf(counts, 'xfailed'),
  });
}

/** The texts of failures by their title; a test may fail and then fail again in its tear-down. */
function sectionsOf(lines: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let title = '';
  let text: string[] = [];
  let inside = false;
  const close = () => {
    if (title !== '') found.set(title, [...(found.get(title) ?? []), text.join('\n')]);
    title = '';
    text = [];
  };
  for (const line of lines) {
    const next = TITLE.exec(line)?.[1];
    if (HEADING.test(line) || SECTION.test(line)) {
      close();
      inside = HEADING.test(line);
    } else if (inside && next !== undefined && !/^_ _/.test(line)) {
      close();
      title = next.replace(/^ERROR (?:at (?:setup|teardown) of|collecting) /, '');
    } else text.push(line);
  }
  close();
  return found;
}

/** A node id: parameters in its last brackets may hold anything, also ` - `. */
function idOf(text: string): string {
  const end = / - (?![^[]*\])/.exec(text);
  return end ? text.slice(0, end.index) : text;
}

/** How a test is titled above its traceback: `Class.test[parameters]`; a file that wasn't loaded by its path. */
function titleOf(id: string): string {
  const at = id.indexOf('::');
  if (at < 0) return id;
  const bracket = id.indexOf('[', at);
  const name = bracket < 0 ? id.slice(at + 2) : id.slice(at + 2, bracket);
  return name.replaceAll('::', '.') + (bracket < 0 ? '' : id.slice(bracket));
}
