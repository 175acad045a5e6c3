import { stripVTControlCharacters } from 'node:util';
import type { Framework, TestReport } from '../checks.ts';
import { readCargo } from './cargo.ts';
import { readGo } from './go.ts';
import { readJest } from './jest.ts';
import { readMocha } from './mocha.ts';
import { readNodeTest } from './node-test.ts';
import { readPytest } from './pytest.ts';
import type { ReadOutput } from './reader.ts';
import { readUnittest } from './unittest.ts';
import { readVitest } from './vitest.ts';

interface FrameworkSupport {
  /** The words of a command that start it. */
  readonly command: RegExp;
  readonly read: ReadOutput;
}

/** Adding a framework: its name in `checks.ts`, a file with its reader, an entry here. */
const FRAMEWORKS: Record<Framework, FrameworkSupport> = {
  vitest: { command: /\bvitest\b/, read: readVitest },
  jest: { command: /\bjest\b|\breact-scripts test\b/, read: readJest },
  mocha: { command: /\b_?mocha\b/, read: readMocha },
  'node:test': { command: /\b(?:node|tsx)\b.* --test\b/, read: readNodeTest },
  pytest: { command: /\b(?:pytest|py\.test)\b/, read: readPytest },
  unittest: { command: /\bpython[\d.]* .*-m unittest\b/, read: readUnittest },
  go: { command: /\bgo test\b/, read: readGo },
  cargo: { command: /\bcargo (?:\+\S+ )?(?:test|t)\b/, read: readCargo },
  plain: { command: /(?!)/, read: () => null },
};

/** The framework a command line starts by its own words, or null. Scripts are not looked into. */
export function frameworkIn(command: string): Framework | null {
  for (const [name, { command: words }] of Object.entries(FRAMEWORKS)) {
    if (words.test(command)) return name as Framework;
  }
  return null;
}

/**
 * Reads what a test run printed; null when nothing could be read from it (`plain`, a run cut short, output of
 * something else). `framework` is a {@link Framework}; any other text is read as `plain`.
 * `root` is the repository's absolute path as the run saw it: paths in names and frames are relative to it.
 */
export function readTestOutput(
  framework: string,
  output: string,
  exitCode: number | null,
  root: string,
): TestReport | null {
  if (!Object.hasOwn(FRAMEWORKS, framework)) return null;
  const text = stripVTControlCharacters(output).replaceAll('\r\n', '\n');
  return FRAMEWORKS[framework as Framework].read({ text, exitCode, root });
}
