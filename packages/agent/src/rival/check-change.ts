import type { CheckOutcome } from '@heddle/core';
import { testsRun } from '../judges.ts';

/** What an edit did to the checks, in tests; a check that nobody can count is one test. */
export interface CheckChange {
  /** Failed before and pass now. */
  readonly passed: number;
  /** Fail now. */
  readonly failing: number;
  /** Newly failing, or no longer run. */
  readonly broke: number;
}

/**
 * Tests are told apart by their names. What did not run before is not broken when it fails now, and tests that no
 * longer run are: a file that does not load takes its tests with it, and so does whoever removes them.
 */
export function changeOf(before: CheckOutcome, after: CheckOutcome): CheckChange {
  const passes = after.status === 'passed';
  const failing = passes ? 0 : Math.max(1, after.counts?.failed ?? 0, after.failing.length);
  const ran = testsRun(before);
  const runs = testsRun(after);
  if (ran === 0) {
    if (before.status === 'passed') return { passed: 0, failing, broke: failing };
    return { passed: Math.max(after.counts?.passed ?? 0, passes ? 1 : 0), failing, broke: 0 };
  }
  const lost = Math.max(0, ran - runs);
  const was = new Set(before.failing);
  const is = new Set(after.failing);
  const fresh = [...is].filter((name) => !was.has(name)).length;
  const broke = lost + Math.max(0, fresh - Math.max(0, runs - ran));
  const mended = lost > 0 ? 0 : [...was].filter((name) => !is.has(name)).length;
  // A runner may fail, or stop failing, over what is no test: coverage, a warning.
  const turned = before.status === 'passed' && !passes && is.size === 0;
  const mends = lost === 0 && before.status !== 'passed' && passes;
  return { passed: Math.max(mended, mends ? 1 : 0), failing, broke: Math.max(broke, turned ? 1 : 0) };
}

/** Of several checks together. */
export function sumOf(changes: readonly CheckChange[]): CheckChange {
  const sum = { passed: 0, failing: 0, broke: 0 };
  for (const { passed, failing, broke } of changes) {
    sum.passed += passed;
    sum.failing += failing;
    sum.broke += broke;
  }
  return sum;
}

/** The better of two by what they break, then by what they mend; null: neither. */
export function better(one: CheckChange, other: CheckChange): 0 | 1 | null {
  if (one.broke !== other.broke) return one.broke < other.broke ? 0 : 1;
  if (one.passed !== other.passed) return one.passed > other.passed ? 0 : 1;
  return null;
}
