import type { Assertion } from './assertion.ts';
import type { Finding, Severity } from './finding.ts';
import type { TestCase } from './tests-of.ts';

/** Names of tests that failed before the change; null: not known. */
export type Failing = ReadonlySet<string> | null;

/** What became of the tests of one file. Renamed and moved tests, new ones and stricter ones are no finding. */
export function compareTests(
  path: string,
  before: readonly TestCase[],
  after: readonly TestCase[],
  failing: Failing,
): Finding[] {
  const findings: Finding[] = [];
  const taken = new Set<TestCase>();
  const find = (kind: Finding['kind'], line: number | null, reason: string, severity: Severity) =>
    findings.push({ kind, path, line, reason, severity });
  const pairs: [TestCase, TestCase][] = [];
  const missing: TestCase[] = [];
  for (const old of before) {
    const same = after.find((test) => test.name === old.name && !taken.has(test));
    if (same === undefined) missing.push(old);
    else {
      taken.add(same);
      pairs.push([old, same]);
    }
  }
  for (const old of missing) {
    const renamed = after.find((test) => !taken.has(test) && isRenamed(old, test));
    if (renamed === undefined) find('test-deleted', null, `the test "${old.name}" is gone`, 'grave');
    else {
      taken.add(renamed);
      pairs.push([old, renamed]);
    }
  }
  for (const [old, test] of pairs) {
    if (test.skipped !== null && old.skipped === null) {
      const only = test.skipped.startsWith('only: ');
      find(
        'test-skipped',
        test.line,
        only
          ? `only "${test.name}" and its like run now, the others are left out`
          : `the test "${test.name}" is skipped now: ${test.skipped}`,
        'grave',
      );
    }
    if (old.rows !== null && test.rows !== null && test.rows < old.rows)
      find(
        'test-weakened',
        test.line,
        `the table of "${test.name}" has ${test.rows} rows, it had ${old.rows}`,
        'warning',
      );
    findings.push(...compareAssertions(path, old, test, failing));
  }
  const added = after.filter((test) => !taken.has(test));
  for (const test of added) {
    if (test.skipped?.startsWith('only: '))
      find(
        'test-skipped',
        test.line,
        `only "${test.name}" and its like run now, the others are left out`,
        'grave',
      );
    else if (
      test.skipped === null &&
      test.assertions.length > 0 &&
      test.assertions.every(({ strength, swallowed }) => strength === 0 || swallowed)
    )
      find('test-weakened', test.line, `the new test "${test.name}" can never fail`, 'warning');
  }
  return findings;
}

function isRenamed(old: TestCase, test: TestCase): boolean {
  const texts = (one: TestCase) => one.assertions.map(({ text }) => text).join('\n');
  const last = (name: string) => name.slice(name.lastIndexOf(' > ') + 1);
  return (old.assertions.length > 0 && texts(old) === texts(test)) || last(old.name) === last(test.name);
}

function compareAssertions(path: string, old: TestCase, test: TestCase, failing: Failing): Finding[] {
  const [removed, added] = difference(old.assertions, test.assertions);
  if (removed.length === 0) return [];
  const findings: Finding[] = [];
  const left = [...added];
  let lost = 0;
  for (const gone of removed) {
    const at = bestMatch(gone, left);
    const now = at === -1 ? undefined : left.splice(at, 1)[0];
    if (now === undefined) {
      lost += 1;
      continue;
    }
    const weakened = (reason: string, severity: Severity = 'warning') =>
      findings.push({ kind: 'test-weakened', path, line: now.line, reason, severity });
    if (now.strength === 0 && gone.strength > 0)
      weakened(`an assertion of "${test.name}" can never fail now: ${now.text}`, 'grave');
    else if (now.swallowed && !gone.swallowed)
      weakened(`the failure of an assertion of "${test.name}" is swallowed now`, 'grave');
    else if (now.strength < gone.strength)
      weakened(`an assertion of "${test.name}" asks for less: ${gone.text} became ${now.text}`);
    else if (expectedOf(now) !== expectedOf(gone)) {
      const passed = failing !== null && !isFailing(test.name, failing);
      findings.push({
        kind: 'expectation-changed',
        path,
        line: now.line,
        reason: `"${test.name}" expects something else: ${gone.text} became ${now.text}`,
        // What a failing test expects is what was asked for; of a passing one it may follow from the task.
        severity: passed ? 'note' : 'warning',
      });
    }
  }
  if (lost > 0)
    findings.push({
      kind: 'test-weakened',
      path,
      line: test.line,
      reason: `"${test.name}" lost ${lost === 1 ? 'an assertion' : `${lost} assertions`}`,
      severity: test.assertions.length === 0 ? 'grave' : 'warning',
    });
  return findings;
}

function difference(before: readonly Assertion[], after: readonly Assertion[]): [Assertion[], Assertion[]] {
  const rest = [...after];
  const removed = before.filter((old) => {
    const at = rest.findIndex((now) => now.text === old.text && now.swallowed === old.swallowed);
    if (at !== -1) rest.splice(at, 1);
    return at === -1;
  });
  return [removed, rest];
}

function bestMatch(gone: Assertion, left: readonly Assertion[]): number {
  const bySubject = left.findIndex(({ subject }) => subject === gone.subject && subject !== '');
  return bySubject !== -1 ? bySubject : left.length > 0 ? 0 : -1;
}

/** What is left of an assertion without its subject: a subject that is merely called something else is no change. */
function expectedOf({ text, subject }: Assertion): string {
  return subject === '' ? text : text.replace(subject, '');
}

function isFailing(name: string, failing: ReadonlySet<string>): boolean {
  const last = name.slice(name.lastIndexOf(' > ') === -1 ? 0 : name.lastIndexOf(' > ') + 3);
  return [...failing].some((each) => each.includes(last));
}
