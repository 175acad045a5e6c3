import type { ParseLog, StatusMap, TestStatus } from './parser.ts';

const MEANS: Readonly<Record<string, TestStatus>> = { '✔': 'PASSED', '✘': 'FAILED', '↩': 'SKIPPED' };

/** `phpunit --testdox`: a suite's heading, its tests below it. */
export const phpunit: ParseLog = (log) => {
  const found: StatusMap = new Map();
  // Tests before any heading have the suite that the published parser writes for none.
  let suite = 'None';
  for (const line of log.split('\n')) {
    const heading = /^([\p{L}\p{N}_].+) \(.+\)$/su.exec(line)?.[1];
    if (heading !== undefined) {
      suite = heading;
      continue;
    }
    const [, mark, name] = /^\s*([✔✘↩])\s*(.*)$/s.exec(line) ?? [];
    if (mark !== undefined) found.set(`${suite} > ${name}`, MEANS[mark]!);
  }
  return found;
};
