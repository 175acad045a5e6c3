import type { EventOf } from '@heddle/core';
import type { SelectionRecord } from '../../src/compose/composition.ts';

type Measured = EventOf<'evidence.measured'>;

/** A cell of the matrix; what is not given is a check that passed. */
export function cell(about: number, given: Partial<Measured> = {}): Measured {
  return {
    type: 'evidence.measured',
    path: 'bestOf',
    test: 'test',
    kind: 'check',
    by: null,
    about,
    snapshot: `files of ${about}`,
    outcome: 'passed',
    exitCode: 0,
    counts: null,
    failing: [],
    run: 1,
    output: '',
    seconds: 1,
    ...given,
  };
}

export const failed = (...failing: string[]): Partial<Measured> => ({
  outcome: 'failed',
  exitCode: 1,
  failing,
});

/** Tests that an attempt brought: who passes them. */
export function brought(by: number, passes: readonly number[], fails: readonly number[]): Measured[] {
  const test = { test: `tests of #${by}`, kind: 'tests', by } as const;
  return [
    cell(0, { ...test, ...failed('mine') }),
    ...passes.map((about) => cell(about, test)),
    ...fails.map((about) => cell(about, { ...test, ...failed('mine') })),
  ];
}

export function record(
  evidence: readonly Measured[],
  dismissed: Readonly<Record<string, EventOf<'evidence.dismissed'>['why']>> = {},
): SelectionRecord {
  return {
    candidates: [],
    evidence: [...evidence],
    dismissed: Object.entries(dismissed).map(([test, why]) => ({
      type: 'evidence.dismissed',
      path: 'bestOf',
      test,
      why,
    })),
    comparisons: [],
    chosen: null,
  };
}
