import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { type Failure, ReportBuilder } from './report-builder.ts';

const RULE = /^={70}$/;
const LINE = /^-{70}$/;
const HEAD = /^(FAIL|ERROR|UNEXPECTED SUCCESS): (\S+)(?: \(([^)]+)\))?( .+)?$/;
/** Tests that a set-up kept from running are not among those that ran; a tear-down spoils a test that did. */
const SET_UP = /^setUp(?:Class|Module)$/;
const RAN = /^Ran (\d+) tests? in [\d.]+s$/;

/**
 * Python's unittest, quiet or verbose, Python 3.6 to 3.14. Names are dotted. Passing subtests are not told one by one,
 * so that failing ones are one failure of their test.
 */
export function readUnittest({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  const ran = lines.findLastIndex((line) => RAN.test(line));
  if (ran < 0) return null;
  const builder = new ReportBuilder(root);
  const ranBadly = new Set<string>();
  const found: Failure[] = [];
  for (let i = 0; i < ran; i++) {
    const head = RULE.test(lines[i]!) ? HEAD.exec(lines[i + 1] ?? '') : null;
    if (!head) continue;
    const start = lines.findIndex((line, at) => at > i + 1 && LINE.test(line)) + 1;
    const end = lines.findIndex((line, at) => at >= start && (RULE.test(line) || at >= ran - 1));
    const [, kind, method, where, subtest = ''] = head as unknown as [
      string,
      string,
      string,
      string?,
      string?,
    ];
    const unexpected = kind === 'UNEXPECTED SUCCESS';
    const name = dotted(method, where);
    if (!SET_UP.test(method)) ranBadly.add(name);
    const message = unexpected ? kind : lines.slice(start, end).join('\n');
    found.push({ test: name, subtest: subtest.trim(), message });
  }
  const tests = builder.failTests(found);
  const verdict = lines.slice(ran + 1).find((line) => /^(?:OK|FAILED|NO TESTS RAN)/.test(line)) ?? '';
  // Newer versions list unexpected successes, older ones only count them.
  const count = (word: string) => Number(new RegExp(`[( ]${word}=(\\d+)`).exec(verdict)?.[1] ?? 0);
  const unexpected = count('unexpected successes');
  const failed = count('failures') + count('errors') + unexpected - (found.length - tests);
  const skipped = count('skipped') + count('expected failures');
  const total = Number(RAN.exec(lines[ran]!)![1]);
  const unlisted = text.includes('\nUNEXPECTED SUCCESS: ') ? 0 : unexpected;
  return builder.report({ passed: Math.max(0, total - ranBadly.size - unlisted - skipped), failed, skipped });
}

/** `test_a (pkg.mod.Case.test_a)` since Python 3.11, `test_a (pkg.mod.Case)` before; a module that wasn't loaded. */
function dotted(method: string, where: string | undefined): string {
  if (where === undefined || where.startsWith('unittest.loader.')) return method;
  return where.endsWith(`.${method}`) ? where : `${where}.${method}`;
}
