import { type FailingTest, isTestFile } from '@heddle/code';
import type { CheckSpec } from '@heddle/core';
import { quote } from './quote.ts';
import type { PythonProgram } from './warm-python.ts';

/** So many failing tests are all run first for each candidate: which of them it mends is worth knowing. */
const MAX_FOCUSED = 20;
/** Of more failing tests a few, from all over the list, tell a candidate that mends nothing. */
const SAMPLE = 5;

/** What is run first for each candidate. */
export interface Focused {
  readonly command: string;
  /** The same, where it is Python and can begin from a process that is warm. */
  readonly program: PythonProgram | null;
}

/** Programs of the project's dependencies, as a package manager has them. */
const BINARIES = 'PATH="$PWD/node_modules/.bin:$PATH"';
/** Node keeps what it compiled of the files that no candidate changes, outside the repository. */
const COMPILED = 'NODE_COMPILE_CACHE="$TMPDIR/heddle-compiled"';

/** One process for all test files instead of one for each (Node 22.8; this name of the option from 23.6). */
const ONE_PROCESS = '--test-isolation=none';

type ReadText = (path: string) => Promise<string | null>;

/**
 * Commands that run the failing tests alone, without a package manager's start-up, the quickest first; none where
 * that can't be said safely (a chain of commands, a framework without selection). Whoever uses one first sees that
 * it fails on the unchanged files: only then does it stand for the check.
 */
export async function focusedRun(
  check: CheckSpec,
  failing: readonly FailingTest[],
  read: ReadText,
): Promise<Focused[]> {
  const build = BUILDERS[check.framework];
  if (!build || failing.length === 0) return [];
  const words = simpleWords(await scriptOf(check.command, read));
  if (!words) return [];
  const built = build(words, sample(failing));
  if (built === null) return [];
  const { before, after } = typeof built === 'string' ? { before: [built], after: [] } : built;
  const env = check.framework === 'node:test' ? `${BINARIES} ${COMPILED}` : BINARIES;
  const command = [env, ...before, ...after.map(quote)].join(' ');
  const program = typeof built === 'string' ? null : pythonProgram([env, ...before], after, built.whole);
  const plain = { command, program };
  return check.framework === 'node:test' && command.includes(' --test ')
    ? [{ command: command.replace(' --test ', ` --test ${ONE_PROCESS} `), program }, plain]
    : [plain];
}

/** The whole check in one process, where it is Node's own runner; null elsewhere. */
export async function oneProcessRun(check: CheckSpec, read: ReadText): Promise<string | null> {
  if (check.framework !== 'node:test') return null;
  const words = simpleWords(await scriptOf(check.command, read)) ?? [];
  const at = words.indexOf('--test');
  if (at < 0 || !words.includes('node') || words.some((word) => word.includes('-isolation'))) return null;
  return [`${BINARIES} ${COMPILED}`, ...words.slice(0, at + 1), ONE_PROCESS, ...words.slice(at + 1)].join(
    ' ',
  );
}

/** What a package manager would run for the whole check, without the manager; null where that is the check itself. */
export async function directRun(check: CheckSpec, read: ReadText): Promise<Focused | null> {
  const script = await scriptOf(check.command, read);
  const words = simpleWords(script);
  if (!words || script === check.command) return null;
  const env = words.includes('node') ? `${BINARIES} ${COMPILED}` : BINARIES;
  return { command: `${env} ${words.join(' ')}`, program: programOf(script) };
}

/** A whole check that is Python, as it is: `python3 tests.py`, `python3 -m unittest discover`. */
export function programOf(command: string): PythonProgram | null {
  const words = simpleWords(command) ?? [];
  const module = words.findIndex((word) => word === 'unittest' || word === 'pytest');
  if (module > 0 && words[module - 1] === '-m') {
    return pythonProgram(words.slice(0, module + 1), words.slice(module + 1), null);
  }
  const at = words.findIndex((word) => /^[^-].*\.py$/.test(word));
  if (at < 1 || !isPython(words.slice(0, at))) return null;
  const interpreter = words.slice(0, at).join(' ');
  return { interpreter, kind: 'script', name: words[at]!, args: words.slice(at + 1), wholeArgs: null };
}

/** `before` is shell text up to the framework's name, `after` the words behind it. */
function pythonProgram(
  before: readonly string[],
  after: readonly string[],
  whole: readonly string[] | null,
): PythonProgram | null {
  const name = before.at(-1)!;
  if (before.at(-2) !== '-m' || !isPython(before.slice(0, -2))) return null;
  return { interpreter: before.slice(0, -2).join(' '), kind: 'module', name, args: after, wholeArgs: whole };
}

/** Variables, perhaps a program that starts another, an interpreter, options without a value of their own. */
function isPython(words: readonly string[]): boolean {
  const at = words.findIndex((word) => /^(?!\w+=)(?:.*\/)?python[\d.]*$/.test(word));
  return at >= 0 && words.slice(at + 1).every((word) => /^-(?:[BEIOPqRsSubdv]+|[WX].+)$/.test(word));
}

function sample(failing: readonly FailingTest[]): readonly FailingTest[] {
  if (failing.length <= MAX_FOCUSED) return failing;
  return Array.from({ length: SAMPLE }, (_, at) => failing[Math.floor((at * failing.length) / SAMPLE)]!);
}

type Build = (words: readonly string[], failing: readonly FailingTest[]) => string | Python | null;

interface Python {
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** What the check itself has behind that name. */
  readonly whole: readonly string[];
}

const BUILDERS: Readonly<Record<string, Build>> = {
  'node:test': nodeTest,
  vitest: (words, failing) => byFile(words, failing, 'vitest', ['run']),
  jest: (words, failing) => byFile(words, failing, 'jest', []),
  mocha: (words, failing) => byFile(words, failing, 'mocha', []),
  pytest,
  unittest,
};

/** What `npm test` and its like run; a script with hooks round it stays with the package manager. */
async function scriptOf(command: string, read: ReadText): Promise<string> {
  const name = /^(?:npm|pnpm|yarn)(?: run)? ([\w:-]+)$/.exec(command.trim())?.[1];
  if (name === undefined) return command;
  const manifest = parseJson(await read('package.json'));
  const scripts = manifest?.scripts as Record<string, string> | undefined;
  const script = scripts?.[name];
  const hooked = scripts?.[`pre${name}`] !== undefined || scripts?.[`post${name}`] !== undefined;
  return script === undefined || hooked ? command : script;
}

function parseJson(text: string | null): Record<string, unknown> | null {
  try {
    return text === null ? null : (JSON.parse(text) as Record<string, unknown>);
  } catch {
    return null;
  }
}

/**
 * The words of a command without chains, redirections or expansions but of file names (`test/*.js`, also quoted), as
 * a shell reads them; null if it has any.
 */
function simpleWords(command: string): string[] | null {
  if (/[|&;<>()$`\\~#\n]/.test(command)) return null;
  const words = command.trim().split(/\s+/);
  // A blank inside quotes would make two words of one.
  const whole = words.every((word) => !/["']/.test(word) || /^(["'])[^"']*\1$/.test(word));
  return whole ? words : null;
}

/** Node's options whose value is the next word. */
const VALUED = /^(?:-r|--require|--import|--loader|--experimental-loader|--env-file|-C|--conditions)$/;
const OWN =
  /^--test(?:$|-reporter|-name-pattern|-concurrency|-timeout|-force-exit|-coverage)|^--experimental-test-/;

function nodeTest(words: readonly string[], failing: readonly FailingTest[]): string | null {
  const node = words.indexOf('node');
  if (node < 0 || !words.slice(0, node).every((word) => /^\w+=/.test(word))) return null;
  const options: string[] = [];
  const given: string[] = [];
  for (let i = node + 1; i < words.length; i++) {
    const word = words[i]!;
    if (VALUED.test(word)) options.push(word, words[++i] ?? '');
    else if (!word.startsWith('-')) given.push(word);
    else if (!OWN.test(word)) options.push(word);
  }
  const files = filesOf(failing) ?? (words.includes('--test') ? null : given);
  if (!files || files.length === 0) return null;
  const patterns = failing
    .map(({ name }) => name.split(' > ').at(-1)!)
    .filter((name) => !files.includes(name))
    .map((name) => quote(`--test-name-pattern=${escapeRegExp(name)}$`));
  // One file runs in the process that is started; several need the runner, which starts one for each.
  const head = [...words.slice(0, node + 1), ...options, ...(files.length > 1 ? ['--test'] : [])];
  return [...head, ...patterns, ...files.map(quote)].join(' ');
}

/** Frameworks that select by file; `fixed` are the words that must follow the program's name. */
function byFile(
  words: readonly string[],
  failing: readonly FailingTest[],
  program: string,
  fixed: readonly string[],
): string | null {
  const at = words.indexOf(program);
  const files = filesOf(failing);
  if (at < 0 || !files) return null;
  const options = words.slice(at + 1).filter((word) => word.startsWith('--'));
  return [...words.slice(0, at + 1), ...fixed, ...options, ...files.map(quote)].join(' ');
}

function pytest(words: readonly string[], failing: readonly FailingTest[]): Python | null {
  const at = words.findIndex((word) => /(?:^|\/)(?:pytest|py\.test)$/.test(word));
  const ids = failing.map(({ name }) => name);
  if (at < 0 || !ids.every((id) => /^\S+\.py(?:::|$)/.test(id))) return null;
  const options = words.slice(at + 1).filter((word) => word.startsWith('-'));
  return {
    before: words.slice(0, at + 1),
    after: ['-q', '-p', 'no:cacheprovider', ...options, ...ids],
    whole: words.slice(at + 1),
  };
}

function unittest(words: readonly string[], failing: readonly FailingTest[]): Python | null {
  const at = words.indexOf('unittest');
  const ids = failing.map(({ name }) => dotted(name));
  if (at < 0 || !ids.every((id) => id !== null)) return null;
  const start = startFolder(words);
  // Discovery names tests from its start folder, which it puts on the path.
  const path = start === null ? [] : [`PYTHONPATH=${quote(start)}:"$PYTHONPATH"`];
  return {
    before: [...path, ...words.slice(0, at + 1)],
    after: ids as string[],
    whole: words.slice(at + 1),
  };
}

/** `test_a (pkg.test_m.Case.test_a)`, `test_a (pkg.test_m.Case)` or the dotted name itself. */
function dotted(name: string): string | null {
  const both = /^(\w+) \(([\w.]+)\)/.exec(name);
  if (!both) return /^[\w.]+$/.test(name) && name.includes('.') ? name : null;
  const [, method, where] = both as unknown as [string, string, string];
  return where.endsWith(`.${method}`) ? where : `${where}.${method}`;
}

function startFolder(words: readonly string[]): string | null {
  const at = words.indexOf('discover');
  if (at < 0) return null;
  const named = words.findIndex((word) => word === '-s' || word === '--start-directory');
  if (named >= 0) return words[named + 1] ?? null;
  const next = words[at + 1];
  return next !== undefined && !next.startsWith('-') ? next : null;
}

const NAMED = /(?:^|\/)test[_-][^/]*$|[._-](?:test|tests|spec)\.\w+$/;

/** The test files the failures happened in; null if one of them doesn't say. */
function filesOf(failing: readonly FailingTest[]): string[] | null {
  const files = failing.map(({ name, frames }) => {
    const own = frames.map(({ path }) => path).filter(isTestFile);
    // Helpers lie among the tests too; a file named like a test is the likelier one.
    return (
      own.find((path) => NAMED.test(path)) ??
      own[0] ??
      (isTestFile(name.split(' > ')[0]!) ? name.split(' > ')[0]! : null)
    );
  });
  return files.every((file) => file !== null) ? [...new Set(files as string[])] : null;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
