import type { TestReport } from '../checks.ts';
import type { RunOutput } from './reader.ts';
import { ReportBuilder } from './report-builder.ts';

/** `Running unittests src/lib.rs (target/…)`, `Running tests/a.rs (…)`, `Doc-tests name`. */
const TARGET = /^ +(?:Running (?:unittests )?(\S+) \(|Doc-tests (\S+)$)/;
const OUTPUT = /^---- (.+) stdout ----$/;
const RESULT = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/;
const FAILED = /^ {4}(\S.*)$/;
const NOT_BUILT = /^error: could not compile /;

/** `cargo test`: unit, integration and documentation tests; a crate that does not compile is one failure. */
export function readCargo({ text, root }: RunOutput): TestReport | null {
  const lines = text.split('\n');
  if (!lines.some((line) => RESULT.test(line) || NOT_BUILT.test(line))) return null;
  const builder = new ReportBuilder(root);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let target = '';
  let outputs = new Map<string, string>();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const started = TARGET.exec(line);
    const said = OUTPUT.exec(line);
    const result = RESULT.exec(line);
    if (started) target = started[1] ?? `doc-tests ${started[2]}`;
    else if (said) {
      const end = lines.findIndex((other, at) => at > i && (OUTPUT.test(other) || other === 'failures:'));
      outputs.set(said[1]!, lines.slice(i + 1, end < 0 ? lines.length : end).join('\n'));
    } else if (line === 'failures:' && FAILED.test(lines[i + 1] ?? '')) {
      for (let at = i + 1; FAILED.test(lines[at] ?? ''); at++) {
        const test = FAILED.exec(lines[at]!)![1]!;
        builder.fail(target ? `${target} > ${test}` : test, outputs.get(test) ?? '');
      }
    } else if (result) {
      counts.passed += Number(result[1]);
      counts.failed += Number(result[2]);
      counts.skipped += Number(result[3]);
      outputs = new Map();
    }
  }
  if (lines.some((line) => NOT_BUILT.test(line))) {
    const from = lines.findIndex((line) => /^error(?:\[E\d+\])?: /.test(line));
    builder.fail('build', lines.slice(from).join('\n'));
    counts.failed++;
  }
  return builder.report(counts);
}
