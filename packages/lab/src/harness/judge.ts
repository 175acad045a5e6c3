import type { TestGrading } from '../instance.ts';
import type { TestsStatus } from '../verdict.ts';
import type { StatusMap, TestStatus } from './parsers/parser.ts';

type Expected = Pick<TestGrading, 'failToPass' | 'passToPass' | 'evalType'>;

const passing = (status: TestStatus) => status === 'PASSED' || status === 'XFAIL';

/**
 * Sorts the tests an instance is graded by into SWE-bench's four groups. Must pass now: a skipped one has failed. Must
 * go on passing: a skipped one is no regression. One that the log does not mention has failed; under `fail_only`, where
 * runners name only failures, it has passed.
 */
export function groupsOf(found: StatusMap, { failToPass, passToPass, evalType }: Expected): TestsStatus {
  const good = (name: string, skippedIsGood: boolean) => {
    if (evalType === 'fail_only') return found.get(name) !== 'FAILED';
    const status = statusOf(name, found);
    return status !== null && (passing(status) || (skippedIsGood && status === 'SKIPPED'));
  };
  const group = (names: readonly string[], skippedIsGood: boolean) => ({
    success: names.filter((name) => good(name, skippedIsGood)),
    failure: names.filter((name) => !good(name, skippedIsGood)),
  });
  return {
    FAIL_TO_PASS: group(failToPass, false),
    PASS_TO_PASS: group(passToPass, true),
    // Published records have none, and they would not count.
    FAIL_TO_FAIL: { success: [], failure: [] },
    PASS_TO_FAIL: { success: [], failure: [] },
  };
}

/** Every test that must pass does. An instance that names none is resolved by any run that can be read. */
export function isResolved({ FAIL_TO_PASS, PASS_TO_PASS }: TestsStatus): boolean {
  return FAIL_TO_PASS.failure.length === 0 && PASS_TO_PASS.failure.length === 0;
}

/**
 * Some published ids were cut inside a parameter (`test_x[log(photon`): they stand for all that begin so, if those agree
 * on passing or failing.
 */
function statusOf(name: string, found: StatusMap): TestStatus | null {
  const status = found.get(name);
  if (status !== undefined) return status;
  if (count(name, '[') <= count(name, ']')) return null;
  const meant = [...found].filter(([other]) => other.startsWith(name)).map(([, ended]) => ended);
  return new Set(meant.map(passing)).size === 1 ? meant[0]! : null;
}

const count = (text: string, character: string) => text.split(character).length - 1;
