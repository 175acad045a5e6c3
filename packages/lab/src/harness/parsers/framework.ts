import { FRAMEWORKS, readTestOutput } from '@heddle/code';
import type { ParseLog } from './parser.ts';

/** Parsers by the frameworks Heddle's own checks know are called so: `framework:vitest`. */
const PREFIX = 'framework:';

export const FRAMEWORK_PARSERS = FRAMEWORKS.map((name) => `${PREFIX}${name}`);

/**
 * Reads a log as a check's output is read: each failing test by its name, and `tests` for the run as a whole, which has
 * passed when the command succeeded and at least one test did. Null: no such framework.
 */
export function frameworkParser(name: string): ParseLog | null {
  if (!FRAMEWORK_PARSERS.includes(name)) return null;
  return (log, { exitCode }) => {
    const report = readTestOutput(name.slice(PREFIX.length), log, exitCode, '/');
    if (report === null) return new Map();
    const passed = exitCode === 0 && report.failing.length === 0 && report.counts.passed > 0;
    return new Map([
      ['tests', passed ? 'PASSED' : 'FAILED'],
      ...report.failing.map((test) => [test.name, 'FAILED'] as const),
    ]);
  };
}
