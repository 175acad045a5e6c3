import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { detect } from '@heddle/code';
import { nearestName, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';

/** How a repository's tests are run so that each one's outcome can be read. */
export interface TestCommand {
  readonly command: string;
  /** Name of the log parser. */
  readonly parser: string;
  /** As checks call it. */
  readonly framework: string;
}

/** Runners of JavaScript: the word that starts them, and the words that make them name every test. */
interface Runner {
  readonly word: RegExp;
  readonly named: (command: string) => string;
  readonly parser: string;
  readonly framework: string;
}

const after = (word: RegExp, more: string) => (command: string) => command.replace(word, `$& ${more}`);

const RUNNERS: readonly Runner[] = [
  {
    word: /\bnode\b(?=.*\s--test\b)/,
    named: after(/--test\b/, '--test-reporter=tap'),
    parser: 'tap_tree',
    framework: 'node:test',
  },
  {
    word: /\bvitest\b/,
    named: (command) =>
      command.replace(/\bvitest(?: run)?\b/, 'vitest run --reporter=tap-flat').replace(/ --coverage\b/, ''),
    parser: 'tap_tree',
    framework: 'vitest',
  },
  {
    word: /\bjest\b/,
    named: (command) => after(/\bjest\b/, '--verbose --ci')(command).replace(/ --coverage\b/, ''),
    parser: 'jest',
    framework: 'jest',
  },
  {
    word: /\b_?mocha\b/,
    named: after(/\b_?mocha\b/, '--reporter tap'),
    parser: 'tap_tree',
    framework: 'mocha',
  },
  { word: /\bava\b/, named: after(/\bava\b/, '--tap'), parser: 'tap_tree', framework: 'plain' },
  {
    word: /\btape\b/,
    named: (command) => command.replace(/\s*\|\s*(?:tap-|faucet)\S*.*$/, ''),
    parser: 'tap_tree',
    framework: 'plain',
  },
  {
    word: /\btap\b/,
    named: after(/\btap\b/, '--reporter=tap --no-check-coverage'),
    parser: 'tap_tree',
    framework: 'plain',
  },
];

/** Scripts that call further scripts are followed this far. */
const MAX_CALLS = 5;
const SCRIPT_CALL = /\b(?:npm|pnpm|yarn|bun)(?: run(?:-script)?)? ([\w:.-]+)(?: --(?= ))?/g;

const manifestSchema = z.object({ scripts: z.optional(z.record(z.string(), z.string())) });

/** Other frameworks that a repository shows: their command with what names every test. */
const FRAMEWORKS: Readonly<
  Record<string, { readonly more: (command: string) => string; readonly parser: string }>
> = {
  pytest: { more: (command) => `${command} -rA`, parser: 'pytest_v2' },
  unittest: { more: (command) => `${command} -v`, parser: 'django' },
  go: { more: (command) => command.replace(/\bgo test\b/, 'go test -v'), parser: 'gotest' },
  cargo: { more: (command) => command, parser: 'cargo' },
};

/** How the tests in a folder are run; null: nothing is known that names them. */
export async function testCommandIn(folder: string): Promise<TestCommand | null> {
  const script = scriptIn(folder);
  if (script !== null) return script;
  for (const { command, framework } of (await detect(folder)).checks) {
    const known = Object.hasOwn(FRAMEWORKS, framework) ? FRAMEWORKS[framework]! : null;
    if (known !== null) return { command: known.more(command), parser: known.parser, framework };
  }
  return null;
}

/** As the user gives it: the parser is named, or follows from the command's words. Throws OperatorError `unknown-runner`. */
export function givenCommand(command: string, parser: string | undefined): TestCommand {
  const runner = RUNNERS.find(({ word }) => word.test(command));
  if (parser !== undefined) return { command, parser, framework: runner?.framework ?? 'plain' };
  if (runner !== undefined)
    return { command: runner.named(command), parser: runner.parser, framework: runner.framework };
  for (const [framework, { more, parser: known }] of Object.entries(FRAMEWORKS)) {
    if (new RegExp(`\\b${framework}\\b`).test(command))
      return { command: more(command), parser: known, framework };
  }
  const near = nearestName(command.split(' ', 1)[0]!, ['vitest', 'jest', 'mocha', 'tape', 'pytest']);
  throw new OperatorError(
    'unknown-runner',
    `no test runner is known in "${command}"${near === null ? '' : ` (${near}?)`}`,
    {
      hint: 'say how its output is read with --parser NAME, such as tap_tree or exit-code',
    },
  );
}

/** The part of the `test` script that runs tests: linters and coverage round it would only make it fail. */
function scriptIn(folder: string): TestCommand | null {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return null;
  const { scripts = {} } = manifestSchema.safeParse(jsonOf(file)).data ?? {};
  const script = scripts.test;
  if (script === undefined) return null;
  for (const part of expanded(script, scripts).split(/&&|;/)) {
    for (const { word, named, parser, framework } of RUNNERS) {
      const started = new RegExp(`(?:^|\\s)((?:\\w+=\\S+\\s+)*${word.source}.*)$`).exec(part.trim())?.[1];
      if (started === undefined) continue;
      return { command: `PATH="$PWD/node_modules/.bin:$PATH" ${named(started)}`, parser, framework };
    }
  }
  return null;
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // a commit with a broken manifest has no tests that could be run
  }
}

function expanded(script: string, scripts: Readonly<Record<string, string>>): string {
  let text = script;
  for (let i = 0; i < MAX_CALLS; i++) {
    const next = text.replace(SCRIPT_CALL, (call, name: string) =>
      Object.hasOwn(scripts, name) ? scripts[name]! : call,
    );
    if (next === text) break;
    text = next;
  }
  return text;
}
