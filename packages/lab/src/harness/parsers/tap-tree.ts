import type { ParseLog, StatusMap, TestStatus } from './parser.ts';

const LINE = /^(?<indent> *)(?<not>not )?ok\b(?: (?<number>\d+))?(?: -)?(?: (?<name>.*))?$/;
const SUBTEST = /^(?<indent> *)# Subtest: (?<name>.*)$/;
/** tape's headings stand alone before the assertions they are of. */
const HEADING = /^# (?<name>.*)$/;
/** Totals, which tape and node:test print as comments too. */
const TOTAL = /^(?:tests|suites|pass|fail|ok|skipped|cancelled|todo|duration_ms)(?:\s+[\d.]+)?$|^time=/;
const DIRECTIVE = /\s+#\s*(?<word>SKIP|TODO)\b.*$/i;
/** Times that change from run to run. */
const TIME = /\s+#\s*time=\S+(?: \{)?$|\s*\(\d+(?:\.\d+)?\s?m?s\)$/;

/**
 * TAP with nested tests (node:test, tap) and headings (tape): a test's name is the path to it, so that assertions of one
 * wording in several tests stay apart; of several with one path the second is called `… #2`.
 */
export const tapTree: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const seen = new Map<string, number>();
  // What is open, by depth of indentation.
  let path: { readonly indent: number; readonly name: string }[] = [];
  let heading = '';
  for (const line of log.split('\n')) {
    const subtest = SUBTEST.exec(line)?.groups;
    if (subtest) {
      path = [
        ...path.filter(({ indent }) => indent < subtest.indent!.length),
        { indent: subtest.indent!.length, name: subtest.name! },
      ];
      continue;
    }
    const title = HEADING.exec(line)?.groups?.name;
    if (title !== undefined) {
      if (!TOTAL.test(title)) heading = title;
      continue;
    }
    const outcome = LINE.exec(line)?.groups;
    if (outcome === undefined) continue;
    const { indent = '', name: whole = '' } = outcome;
    const directive = DIRECTIVE.exec(whole)?.groups?.word?.toUpperCase();
    const name = whole.replace(DIRECTIVE, '').replace(TIME, '').replace(TIME, '').trim() || '(no name)';
    const above = path.filter((each) => each.indent < indent.length).map((each) => each.name);
    const full = [...(above.length === 0 && heading !== '' ? [heading] : above), name].join(' > ');
    const times = (seen.get(full) ?? 0) + 1;
    seen.set(full, times);
    found.set(times === 1 ? full : `${full} #${times}`, statusOf(outcome.not !== undefined, directive));
  }
  return found;
};

function statusOf(failed: boolean, directive: string | undefined): TestStatus {
  if (directive === 'SKIP') return 'SKIPPED';
  if (directive === 'TODO') return failed ? 'XFAIL' : 'PASSED';
  return failed ? 'FAILED' : 'PASSED';
}
