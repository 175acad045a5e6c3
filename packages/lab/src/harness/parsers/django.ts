import type { ParseLog, StatusMap } from './parser.ts';
import { before, strip, words } from './python-text.ts';

/** Name first, then the outcome at the line's end. Some versions put one blank more. */
const PASSED = [' ... ok', ' ... OK', ' ...  OK'];

/** Migrations that print before the outcome glue their line to the test's. */
const GLUED = 'Applying sites.0002_alter_domain_unique...test_no_migrations';

/** What the server or the runner prints in the middle of a test's line; the outcome follows on a line of its own. */
const INTERRUPTED = [
  /^([^\n]*?)\s\.\.\.\sTesting against Django installed in [\s\S]*? silenced\)\.\nok$/gm,
  /^([^\n]*?)\s\.\.\.\sInternal Server Error: \/[^\n]*\/\nok$/gm,
  /^([^\n]*?)\s\.\.\.\sSystem check identified no issues \(0 silenced\)\nok$/gm,
];

/** A test of a command's output that is known by its docstring, which is printed with other text. */
const VERSION_TEST = '--version is equivalent to version';

/** Django's own runner, and unittest's with `-v`. */
export const django: ParseLog = (log) => {
  const found: StatusMap = new Map();
  let last: string | null = null;
  for (const raw of log.split('\n')) {
    let line = strip(raw);
    if (line.includes(VERSION_TEST)) found.set(VERSION_TEST, 'PASSED');
    if (line.includes(' ... ')) last = before(line, ' ... ');
    const suffix = PASSED.find((ending) => line.endsWith(ending));
    if (suffix !== undefined) {
      if (line.startsWith(GLUED)) line = strip(line.slice(line.indexOf('...') + 3));
      found.set(line.endsWith(suffix) ? line.slice(0, -suffix.length) : line, 'PASSED');
    }
    if (line.includes(' ... skipped')) found.set(before(line, ' ... skipped'), 'SKIPPED');
    if (line.endsWith(' ... FAIL')) found.set(before(line, ' ... FAIL'), 'FAILED');
    if (line.startsWith('FAIL:')) setNamed(found, line, 'FAILED');
    if (line.endsWith(' ... ERROR')) found.set(before(line, ' ... ERROR'), 'ERROR');
    if (line.startsWith('ERROR:')) setNamed(found, line, 'ERROR');
    // The test printed something of its own, and `ok` came after it.
    if (line.startsWith('ok') && last !== null) found.set(last, 'PASSED');
  }
  for (const pattern of INTERRUPTED) for (const [, name] of log.matchAll(pattern)) found.set(name!, 'PASSED');
  return found;
};

/** `FAIL: name (class)`: the name alone. */
function setNamed(found: StatusMap, line: string, status: 'FAILED' | 'ERROR'): void {
  const name = words(line)[1];
  if (name !== undefined) found.set(name, status);
}
