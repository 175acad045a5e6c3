/** Whether a parser reads what Python's unittest prints. */
export const isUnittest = (parser: string): boolean => /^(?:parse_log_)?django$/.test(parser);

/** `test_x (module.Class)`, since Python 3.11 `test_x (module.Class.test_x)`; with an outcome, or without one. */
const TEST_LINE = /^(\w+) \(([\w.]+?)(?:\.\1)?\)( \.\.\. .*)?$/;
const OUTCOME = /^(.*?)( \.\.\. .*)$/;

/**
 * unittest's names for tests differ from version to version of Python: with the method's name twice since 3.11, with the
 * docstring's first line instead where that is not the docstring's second (since 3.9 blank lines before it do not
 * count). Published records hold the names of the version of their image. In a local environment, the log is rewritten
 * to the names the record expects before anyone reads it, so that every reader finds the same.
 */
export function namesAsPublished(log: string, expected: ReadonlySet<string>): string {
  const lines = log.split('\n');
  const rewritten: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    const [, method, owner, outcome] = TEST_LINE.exec(line) ?? [];
    if (method === undefined || owner === undefined) {
      rewritten.push(line);
      continue;
    }
    const known = [`${method} (${owner})`, `${method} (${owner}.${method})`].find((name) =>
      expected.has(name),
    );
    if (outcome !== undefined) {
      rewritten.push(known === undefined ? line : `${known}${outcome}`);
      continue;
    }
    // The docstring's first line follows, with the outcome.
    const [, docstring, ended] = OUTCOME.exec(lines[at + 1] ?? '') ?? [];
    if (known === undefined || docstring === undefined || ended === undefined) {
      rewritten.push(line);
      continue;
    }
    if (expected.has(docstring)) rewritten.push(line);
    else at++;
    rewritten.push(`${known}${ended}`);
  }
  return rewritten.join('\n');
}
