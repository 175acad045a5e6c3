import type { CheckOutcome, EventOf } from '@heddle/core';
import type { CheckChange, OutcomeTold } from '../../told/steps.ts';

/** Names told of a change; the step itself has them all. */
const MOST_NAMES = 20;

interface Stand {
  readonly before: CheckOutcome | null;
  readonly last: CheckOutcome;
}

export function outcomeTold({ status, exitCode, counts }: CheckOutcome): OutcomeTold {
  return { status, exitCode, counts };
}

/** How checks stand, and what each run changed against the one before: a fold of a rollout's events. */
export class CheckFold {
  readonly #stands = new Map<string, Stand>();

  of(check: string): Stand | null {
    return this.#stands.get(check) ?? null;
  }

  ran({ check, step, outcome, seconds }: EventOf<'check.completed'>): CheckChange {
    const stand = this.#stands.get(check);
    const was = stand?.last ?? null;
    const before = stand?.before ?? (step === 0 ? outcome : null);
    this.#stands.set(check, { before, last: outcome });
    return { ...changeOf(was, outcome), check, seconds };
  }
}

function changeOf(was: CheckOutcome | null, is: CheckOutcome): Omit<CheckChange, 'check' | 'seconds'> {
  const before = new Set(was?.failing ?? []);
  const now = new Set(is.failing);
  const broke = was === null ? [] : is.failing.filter((name) => !before.has(name));
  // A file that no longer loads takes its tests with it: what did not run has not been mended.
  const lost = was !== null && testsRun(was) > testsRun(is);
  const readable = is.status === 'passed' || is.counts !== null;
  const mended = lost || !readable ? [] : [...before].filter((name) => !now.has(name));
  return {
    was: was === null ? null : outcomeTold(was),
    is: outcomeTold(is),
    broke: broke.slice(0, MOST_NAMES),
    mended: mended.slice(0, MOST_NAMES),
    brokeCount: broke.length,
    mendedCount: mended.length,
  };
}

function testsRun({ counts }: CheckOutcome): number {
  return counts === null ? 0 : counts.passed + counts.failed;
}
