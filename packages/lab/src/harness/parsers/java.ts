import type { ParseLog, StatusMap, TestStatus } from './parser.ts';
import { strip } from './python-text.ts';

/**
 * `mvn test` names no test that passes: each is run by itself, and its command (`-Dtest=NAME`, traced by the shell) is
 * matched with the `BUILD` line that comes after it, in order, also where the two are printed out of step.
 */
export const maven: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const tests: string[] = [];
  const results: TestStatus[] = [];
  for (const raw of log.split('\n')) {
    const line = strip(raw);
    const test = /^.*-Dtest=(\S+).*$/s.exec(line)?.[1];
    if (test !== undefined) tests.push(test);
    const built = /^.*BUILD (SUCCESS|FAILURE)$/s.exec(line)?.[1];
    if (built === undefined) continue;
    const status = built === 'SUCCESS' ? 'PASSED' : 'FAILED';
    const first = tests.shift();
    if (first === undefined) results.push(status);
    else found.set(first, status);
  }
  for (const [at, status] of results.slice(0, tests.length).entries()) found.set(tests[at]!, status);
  return found;
};

/** Gradle with its test logging on: `Class > test PASSED`, the outcome sometimes some lines below. */
export const gradleCustom: ParseLog = (log) => {
  const found: StatusMap = new Map();
  const meaning = (word: string): TestStatus => (word === 'PASSED' ? 'PASSED' : 'FAILED');
  let pending: string | null = null;
  for (const raw of log.split('\n')) {
    const line = strip(raw);
    const [, name, status] = /^([^>].+)\s+(PASSED|FAILED)$/s.exec(line) ?? [];
    if (name !== undefined && status !== undefined) {
      found.set(name, meaning(status));
      pending = null;
    } else if (/^[^>]\S*\s+>\s+\S+$/.test(line)) {
      pending = line;
    } else if (pending !== null && (line === 'PASSED' || line === 'FAILED')) {
      found.set(pending, meaning(line));
      pending = null;
    }
  }
  return found;
};
