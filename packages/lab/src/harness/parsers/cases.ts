import { byLine } from './line-table.ts';

/** Our own grader of Python cases (`datasets/python-cases.ts`): what a solution prints stands behind a bar there. */
export const cases = byLine({
  line: /^case (?<status>passed|failed) (?<name>\S+)$/,
  means: { passed: 'PASSED', failed: 'FAILED' },
});
