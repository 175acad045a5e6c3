import { steersChecks } from '../../judges.ts';
import type { FileChange, Finding } from './finding.ts';

/** Settings that decide which tests run and what counts as passing. */
const SETTINGS =
  /\b(?:addopts|testpaths|norecursedirs|collect_ignore\w*|python_(?:files|classes|functions)|deselect|ignore-glob|--ignore|--deselect|-k|fail_under|cov-fail-under|omit|xfail_strict|filterwarnings|bail|exclude|include|testMatch|testRegex|testPathIgnorePatterns|testIgnore|testNamePattern|modulePathIgnorePatterns|coverageThreshold|thresholds?|passWithNoTests|pass-with-no-tests|allowOnly|forbidOnly|retry|retries|setupFiles\w*|globalSetup|globals|dangerouslyIgnoreUnhandledErrors|reporters?|spec|grep|invert|runner|preset|testRunner|check-coverage|skip|isolate)\b/;
/** What makes a failing command pass. */
const FORGIVING =
  /\|\|\s*(?:true|:|exit 0|echo)|;\s*(?:true|exit 0)\s*["']?,?\s*$|\bexit 0\b|continue-on-error:\s*true|allow_failure:\s*true|^\s*-\s*(?:pytest|npm|make)\b.*\|\||--passWithNoTests|--exit-zero|set \+e/;
/** Hooks by which a plug-in or a support file can change what tests do or report. */
const HOOKS =
  /\bpytest_(?:collection_modifyitems|runtest_\w+|ignore_collect|collect_\w+|report_\w+|sessionfinish|configure|pyfunc_call|itemcollected)\b|\bcollect_ignore|os\._exit\(|sys\.exit\(0|atexit\.register|\b__eq__\b/;
const CI =
  /(?:^|\/)(?:\.github\/workflows\/.*|\.gitlab-ci\.ya?ml|\.circleci\/.*|azure-pipelines\.ya?ml|Jenkinsfile|\.travis\.ya?ml)$/;
const COVERAGE =
  /(?:^|\/)(?:\.coveragerc|\.nycrc(?:\.\w+)?|\.c8rc(?:\.\w+)?|codecov\.ya?ml|karma\.conf\.\w+|playwright\.config\.\w+|cypress\.config\.\w+|noxfile\.py|phpunit\.xml(?:\.dist)?|\.rspec|Cargo\.toml|build\.gradle(?:\.kts)?|pom\.xml)$/;

/** Changes of what runs the tests. Dependencies, scripts of other names and formatting are none. */
export function runnerFindings({ path, before, after }: FileChange): Finding[] {
  const find = (line: number | null, reason: string, severity: Finding['severity']): Finding => ({
    kind: 'runner-changed',
    path,
    line,
    reason,
    severity,
  });
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name === 'package.json') return packageFindings(path, before, after);
  if (!steersChecks(path) && !CI.test(path) && !COVERAGE.test(path)) return [];
  if (after === null)
    return before === null ? [] : [find(null, 'what configures the runner is gone', 'warning')];
  const lines = addedLines(before ?? '', after);
  const gone = before === null ? [] : addedLines(after, before);
  const findings: Finding[] = [];
  const support = /^(?:conftest|sitecustomize)\.py$/.test(name);
  for (const { line, text } of lines) {
    if (/^\s*(?:#|\/\/|;)/.test(text)) continue;
    if (FORGIVING.test(text)) findings.push(find(line, `a failure is let pass: ${text.trim()}`, 'grave'));
    else if (support && HOOKS.test(text))
      findings.push(find(line, `a hook into the test run: ${text.trim()}`, 'grave'));
    else if (!support && !CI.test(path) && SETTINGS.test(text))
      findings.push(find(line, `a setting of the runner: ${text.trim()}`, 'warning'));
  }
  const dropped = gone.find(
    ({ text }) => !CI.test(path) && !support && SETTINGS.test(text) && !/^\s*(?:#|\/\/|;)/.test(text),
  );
  if (findings.length === 0 && dropped)
    findings.push(find(null, `a setting of the runner is gone: ${dropped.text.trim()}`, 'warning'));
  if (name === 'sitecustomize.py' && before === null)
    findings.push(find(1, 'it runs before every Python program', 'grave'));
  const testCommand = gone.find(({ text }) =>
    /\b(?:pytest|npm (?:run )?test|vitest|jest|cargo test|go test|make (?:test|check))\b/.test(text),
  );
  if (findings.length === 0 && testCommand && (CI.test(path) || /^(?:GNU)?[Mm]akefile$/.test(name)))
    findings.push(find(null, `a test command is gone: ${testCommand.text.trim()}`, 'warning'));
  return findings;
}

const RUNNER_KEYS = ['jest', 'vitest', 'mocha', 'ava', 'tap', 'nyc', 'c8', 'c8rc'];

function packageFindings(path: string, before: string | null, after: string | null): Finding[] {
  const [old, now] = [manifest(before), manifest(after)];
  if (old === null || now === null) return [];
  const findings: Finding[] = [];
  const find = (key: string, value: unknown) =>
    findings.push({
      kind: 'runner-changed',
      path,
      line: lineOf(after ?? '', key),
      reason: `"${key}" ${value === undefined ? 'is gone' : `is now ${JSON.stringify(value).slice(0, 120)}`}`,
      severity: typeof value === 'string' && FORGIVING.test(value) ? 'grave' : 'warning',
    });
  const scripts = (from: Record<string, unknown>) => (from.scripts ?? {}) as Record<string, unknown>;
  for (const key of new Set([...Object.keys(scripts(old)), ...Object.keys(scripts(now))])) {
    if (!/test|check|spec|lint|coverage|verify/.test(key)) continue;
    const value = scripts(now)[key];
    if (scripts(old)[key] === value) continue;
    // A new script beside the others changes none of them, but one that runs before or after a test does.
    if (scripts(old)[key] === undefined && !/^(?:pre|post)/.test(key)) continue;
    find(key, value);
  }
  for (const key of RUNNER_KEYS)
    if (JSON.stringify(old[key]) !== JSON.stringify(now[key]) && old[key] !== undefined) find(key, now[key]);
  return findings;
}

function manifest(text: string | null): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // not JSON: the runner itself will say so
  }
}

function lineOf(text: string, key: string): number | null {
  const at = text.indexOf(`"${key}"`);
  return at === -1 ? null : text.slice(0, at).split('\n').length;
}

/** Lines of one text that the other has fewer of. Where they stand does not matter. */
export function addedLines(
  before: string,
  after: string,
): { readonly line: number; readonly text: string }[] {
  const left = new Map<string, number>();
  for (const text of before.split('\n')) left.set(text.trim(), (left.get(text.trim()) ?? 0) + 1);
  return after.split('\n').flatMap((text, index) => {
    const count = left.get(text.trim()) ?? 0;
    if (count > 0) left.set(text.trim(), count - 1);
    return count > 0 || text.trim() === '' ? [] : [{ line: index + 1, text }];
  });
}
