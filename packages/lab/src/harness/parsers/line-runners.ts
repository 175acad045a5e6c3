import { byLine } from './line-table.ts';
import { strip } from './python-text.ts';

/** Runners that print a line for each test. In the order of languages. */
export const LINE_RUNNERS = {
  /** `jest --verbose`. */
  jest: byLine({
    line: /^(?<status>[✓✕○])\s(?<name>.+?)(?:\s\(\d+\s*m?s\))?$/s,
    means: { '✓': 'PASSED', '✕': 'FAILED', '○': 'SKIPPED' },
    name: strip,
  }),
  /** Results of `jest --json` made into lines with the whole name. */
  jest_json: byLine({
    line: /^\[(?<status>PASSED|FAILED)\]\s(?<name>.+)$/s,
    means: { PASSED: 'PASSED', FAILED: 'FAILED' },
  }),
  /** `vitest --reporter=verbose`. */
  vitest: byLine({
    line: /^(?<status>[✓×↓])\s(?<name>.+?)(?:\s(?:\d+\s*m?s?|\[skipped\]))?$/s,
    means: { '✓': 'PASSED', '×': 'FAILED', '↓': 'SKIPPED' },
  }),
  /** Test Anything Protocol: `mocha -R tap`, qunit, tape. */
  tap: byLine({
    line: /^(?<status>ok|not ok) \d+ (?<name>.+)$/s,
    means: { ok: 'PASSED', 'not ok': 'FAILED' },
  }),
  /** `go test -v`. */
  gotest: byLine({
    line: /^--- (?<status>PASS|FAIL|SKIP): (?<name>.+) \(.+\)$/s,
    means: { PASS: 'PASSED', FAIL: 'FAILED', SKIP: 'SKIPPED' },
  }),
  cargo: byLine({
    line: /^test\s+(?<name>\S+)\s+\.\.\.\s+(?<status>\w+)$/,
    means: { ok: 'PASSED', FAILED: 'FAILED' },
  }),
  /** JUnit under ant. */
  ant: byLine({
    line: /^\[junit\]\s+\[(?<status>PASS|FAIL|ERR)\]\s+(?<name>.*)$/s,
    means: { PASS: 'PASSED', FAIL: 'FAILED', ERR: 'FAILED' },
  }),
  minitest: byLine({
    line: /^(?<name>.+)\. .*=.*(?<status>[.FE]).*$/s,
    means: { '.': 'PASSED', F: 'FAILED', E: 'FAILED' },
  }),
  /** `cucumber --format progress`. */
  cucumber: byLine({ line: /^(?<name>.*) \.+(?<status>[.F])/s, means: { '.': 'PASSED', F: 'FAILED' } }),
  /** test-unit, verbose. */
  ruby_unit: byLine({
    line: /^(?:test: )?(?<name>.+):\s+(?<status>\.|[EFO]\b)/s,
    means: { '.': 'PASSED', E: 'FAILED', F: 'FAILED', O: 'SKIPPED' },
  }),
  /** Results of `rspec --format json` made into lines. */
  rspec_transformed_json: byLine({
    line: /^(?<name>.+) - (?<status>passed|failed)/s,
    means: { passed: 'PASSED', failed: 'FAILED' },
  }),
  /** Redis' and Valkey's own runner; a failure names its file behind the test. */
  redis: byLine({
    line: /^\[(?<status>ok|err|skip|ignore)\]:\s(?<name>.+?)(?:\s\(\d+\s*m?s\))?$/s,
    means: { ok: 'PASSED', err: 'FAILED', skip: 'SKIPPED', ignore: 'SKIPPED' },
    name: (name, status) => (status === 'FAILED' ? name.replace(/\s+in\s+\S+$/, '') : name),
  }),
  /** Automake's driver. */
  jq: byLine({ line: /^(?<status>PASS|FAIL):\s(?<name>.+)$/s, means: { PASS: 'PASSED', FAIL: 'FAILED' } }),
  micropython_test: byLine({
    line: /^(?<status>pass|FAIL|skip)\s+(?<name>.+)$/s,
    means: { pass: 'PASSED', FAIL: 'FAILED', skip: 'SKIPPED' },
  }),
  googletest: byLine({
    line: /^.*\[\s*(?<status>OK|FAILED)\s*\]\s(?<name>.*)\s\(.*\)$/s,
    means: { OK: 'PASSED', FAILED: 'FAILED' },
  }),
} as const;
