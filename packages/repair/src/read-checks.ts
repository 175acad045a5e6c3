import type { CheckView } from './state.ts';

/** `- test: FAILED (exit 1; 11 passed, 2 failed) · …`, in reports and in what `finish` shows. */
const CHECK =
  /^- (.+?): (passed|FAILED|HUNG|COULD NOT RUN)(?: until its time limit)?(?: \(([^)]*)\))?(?: · .*)?$/;
const NAMES = /^ {2}failing: (.*)$/;
const COUNTS = /(\d+) passed, (\d+) failed/;

const STATUS = { passed: 'passed', FAILED: 'failed', HUNG: 'hung', 'COULD NOT RUN': 'broken' } as const;

/** The checks a text reports on, in order. */
export function readChecks(text: string): CheckView[] {
  const checks: CheckView[] = [];
  for (const line of text.split('\n')) {
    const check = CHECK.exec(line);
    if (check) {
      const counts = COUNTS.exec(check[3] ?? '');
      checks.push({
        name: check[1]!,
        status: STATUS[check[2] as keyof typeof STATUS],
        passed: counts ? Number(counts[1]) : null,
        failed: counts ? Number(counts[2]) : null,
        failing: [],
      });
      continue;
    }
    const names = NAMES.exec(line)?.[1];
    const last = checks.at(-1);
    if (names !== undefined && last) checks[checks.length - 1] = { ...last, failing: quoted(names) };
  }
  return checks;
}

/** `"a", "b" and 3 more`: names may hold anything but the mark between two of them. */
function quoted(list: string): string[] {
  return list
    .replace(/ and \d+ more$/, '')
    .split(/(?<="), (?=")/)
    .map((name) => name.replace(/^"|"$/g, ''));
}
