import type { CheckOutcome, CheckSpec } from '@heddle/core';

/** A test framework's name, as in {@link CheckSpec.framework}; `plain` reads only the exit code. */
export const FRAMEWORKS = [
  'node:test',
  'vitest',
  'jest',
  'mocha',
  'pytest',
  'unittest',
  'go',
  'cargo',
  'plain',
] as const;
export type Framework = (typeof FRAMEWORKS)[number];

/** What could be read from a test run's output. Names are unique within a report and stable between runs. */
export interface TestReport {
  readonly counts: NonNullable<CheckOutcome['counts']>;
  readonly failing: readonly FailingTest[];
}

export interface FailingTest {
  readonly name: string;
  /** The failure's own text (message and stack), capped. */
  readonly message: string;
  /** Stack frames inside the repository, innermost first. */
  readonly frames: readonly Frame[];
}

export interface Frame {
  /** Relative to the root. */
  readonly path: string;
  /** 1-based. */
  readonly line: number;
  readonly column?: number;
  readonly name?: string;
}
