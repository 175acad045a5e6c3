import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { countOf, type Failure, ReportBuilder } from './report-builder.ts';

/** `=== 1 failed, 2 passed in 0.12s ===`, without the signs under `-q`. */
const TOTALS =
  /^(?:=+ )?((?:\d+ (?:subtests )?[a-z]+(?:, )?)+|no tests ran) in \d[\d.]*s(?: \([\d:]+\))?(?: =+)?$/;
const HEADING = /^=+ (?:ERRORS|FAILURES) =+$/;
const SECTION = /^=+ .* =+$/;
const TITLE = /^_{2,} (.+?) _{2,}$/;
const SUMMARY = /^=+ short test summary info =+$/;
/** A failing subtest's line has its parameters behind the word; that of the plugin for pytest 8, before it. */
const SUMMARY_LINE = /^(?:(FAILED|ERROR) |SUBFAILED(.*?) (?=\S+\.py::)|(.*?) ?SUBFAIL (?=\S+\.py::))(.+)$/;
const TORN_DOWN = /^_{2,} ERROR at teardown of (.+?) _{2,}$/;

/**
 * pytest with any verbosity and traceback style; `-r` must show failures, as it does by default. A test counts once,
 * though pytest counts its failing subtests and a failing tear-down besides.
 */
export function readPytest({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  const totals = lines.findLast((line) => TOTALS.test(line));
  if (totals === undefined) return null;
  const sections = sectionsOf(lines);
  const builder = new ReportBuilder(root);
  const tornDown = new Set(lines.map((line) => TORN_DOWN.exec(line)?.[1]));
  // The last one: a test of pytest itself may print another.
  const summary = lines.findLastIndex((line) => SUMMARY.test(line));
  const found: Failure[] = [];
  const failed = new Set<string>();
  const passed = new Set<string>();
  for (const line of summary < 0 ? [] : lines.slice(summary + 1)) {
    const match = SUMMARY_LINE.exec(line);
    if (!match) continue;
    const [, word, behind, before, rest] = match;
    const test = idOf(rest!);
    const subtest = (behind ?? before ?? '').trim();
    const error = word === 'ERROR';
    const title = `${error ? 'ERROR ' : ''}${titleOf(test)}${subtest === '' ? '' : ` ${subtest}`}`;
    const message = sections.get(title)?.shift() ?? rest!.slice(test.length).replace(/^ - /, '');
    found.push({ test, subtest, message });
    // With only a subtest or its tear-down failing, a test itself is among those that passed.
    if (word === undefined || (error && tornDown.has(titleOf(test)))) passed.add(test);
    else failed.add(test);
  }
  const tests = builder.failTests(found);
  const counts = TOTALS.exec(totals)![1]!;
  return builder.report({
    passed: Math.max(
      0,
      countOf(counts, 'passed') + countOf(counts, 'xpassed') - passed.difference(failed).size,
    ),
    failed: countOf(counts, 'failed') + countOf(counts, 'errors?') - (found.length - tests),
    skipped: countOf(counts, 'skipped') + countOf(counts, 'xfailed'),
  });
}

/** The texts of failures by their title, errors of set-ups and tear-downs by one of their own. */
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
      title = next.replace(/^ERROR (?:at (?:setup|teardown) of|collecting) /, 'ERROR ');
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
