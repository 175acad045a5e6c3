import type { ParseLog, StatusMap, TestStatus } from './parser.ts';
import { strip, words } from './python-text.ts';

/** Heading of a failure's report: underscores round `file.py:test`. */
const HEADING = /_* ([^\n]*)\.py:([^\n]*) _*/g;

const ENDINGS: readonly (readonly [string, TestStatus])[] = [
  [' E', 'ERROR'],
  [' F', 'FAILED'],
  [' ok', 'PASSED'],
];

/** SymPy's own runner with `--verbose`. */
export const sympy: ParseLog = (log) => {
  const found: StatusMap = new Map();
  for (const [, file, test] of log.matchAll(HEADING)) found.set(`${file}.py:${test}`, 'FAILED');
  for (const raw of log.split('\n')) {
    const line = strip(raw);
    if (!line.startsWith('test_')) continue;
    for (const [ending, status] of ENDINGS) if (line.endsWith(ending)) found.set(words(line)[0]!, status);
  }
  return found;
};
