import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { dedent, ReportBuilder } from './report-builder.ts';

const PASSING = /^ {2}(\d+) passing \(/;
const FAILING = /^ {2}(\d+) failing$/;
const PENDING = /^ {2}(\d+) pending$/;
/** `  1) suite`, then each deeper title indented further, the last one with a colon; top-level tests on one line. */
const HEAD = /^ {2}(\d+)\) (.*)$/;

/** mocha's spec, dot and other reporters that end in its list of failures. */
export function readMocha({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  const start = lines.findLastIndex((line) => PASSING.test(line));
  if (start < 0) return null;
  const builder = new ReportBuilder(root);
  const list = lines.slice(start);
  for (let i = 0, number = 1; i < list.length; i++) {
    const head = HEAD.exec(list[i]!);
    if (Number(head?.[1]) !== number) continue;
    number++;
    const titles = [head![2]!];
    while (!titles.at(-1)!.endsWith(':') && /^ {7,}\S/.test(list[i + 1] ?? ''))
      titles.push(list[++i]!.trim());
    const next = list.findIndex((line, at) => at > i && Number(HEAD.exec(line)?.[1]) === number);
    const message = dedent(list.slice(i + 1, next < 0 ? list.length : next));
    builder.fail(titles.join(' > ').replace(/:$/, ''), message);
  }
  return builder.report({
    passed: numberAt(list, PASSING),
    failed: numberAt(list, FAILING),
    skipped: numberAt(list, PENDING),
  });
}

function numberAt(lines: readonly string[], pattern: RegExp): number {
  const line = lines.find((candidate) => pattern.test(candidate));
  return Number(pattern.exec(line ?? '')?.[1] ?? 0);
}
