import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { ReportBuilder } from './report-builder.ts';

const RULE = /^={70}$/;
const LINE = /^-{70}$/;
const HEAD = /^(FAIL|ERROR|UNEXPECTED SUCCESS): (\S+)(?: \(([^)]+)\))?( .+)?$/;
/** Their failures are counted, but not among the tests that ran. */
const FIXTURE = /^(?:setUp|tearDown)(?:Class|Module)$/;
const RAN = /^Ran (\d+) tests? in [\d.]+s$/;

/** Python's unittest, quiet or verbose, Python 3.6 to 3.14. Names are dotted, with a subtest's parameters behind. */
export function readUnittest({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  const ran = lines.findLastIndex((line) => RAN.test(line));
  if (ran < 0) return null;
  const builder = new ReportBuilder(root);
  const bad = new Set<string>();
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
    if (!FIXTURE.test(method)) bad.add(name);
    builder.fail(name + subtest, unexpected ? kind : lines.slice(start, end).join('\n'));
  }
  const verdict = lines.slice(ran + 1).find((line) => /^(?:OK|FAILED|NO TESTS RAN)/.test(line)) ?? '';
  // Newer versions list unexpected successes, older ones only count them.
  const count = (word: string) => Number(new RegExp(`[( ]${word}=(\\d+)`).exec(verdict)?.[1] ?? 0);
  const unexpected = count('unexpected successes');
  const failed = count('failures') + count('errors') + unexpected;
  const skipped = count('skipped') + count('expected failures');
  const total = Number(RAN.exec(lines[ran]!)![1]);
  const unlisted = text.includes('\nUNEXPECTED SUCCESS: ') ? 0 : unexpected;
  return builder.report({ passed: Math.max(0, total - bad.size - unlisted - skipped), failed, skipped });
}

/** `test_a (pkg.mod.Case.test_a)` since Python 3.11, `test_a (pkg.mod.Case)` before; a module that wasn't loaded. */
function dotted(method: string, where: string | undefined): string {
  if (where === undefined || where.startsWith('unittest.loader.')) return method;
  return where.endsWith(`.${method}`) ? where : `${where}.${method}`;
}
