import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Ran, run } from '../check/command.ts';

/** A bug that can be planted into an example program. */
export interface Bug {
  /** Folder under `examples/`. */
  readonly example: string;
  /** Folder under the example's `bugs/`, such as `01-delete-next-row`. */
  readonly slug: string;
  /** What somebody would write into an issue tracker; the first line is its title. */
  readonly task: string;
  readonly taskFile: string;
  readonly patchFile: string;
}

/** What a test suite said. */
export interface SuiteResult {
  readonly passed: number;
  /** Names of the failing tests. */
  readonly failed: readonly string[];
}

/** The program that an example needs besides Node, or null. */
export function interpreterOf(root: string, example: string): 'python3' | null {
  return existsSync(path.join(root, 'examples', example, 'package.json')) ? null : 'python3';
}

/** All bugs of all examples, by example and number. */
export function listBugs(root: string): Bug[] {
  const examples = readdirSync(path.join(root, 'examples')).sort();
  return examples.flatMap((example) => {
    const bugs = path.join(root, 'examples', example, 'bugs');
    return readdirSync(bugs)
      .sort()
      .map((slug) => {
        const taskFile = path.join(bugs, slug, 'task.md');
        const patchFile = path.join(bugs, slug, 'bug.patch');
        return { example, slug, task: readFileSync(taskFile, 'utf8'), taskFile, patchFile };
      });
  });
}

/** Copies an example without its bugs; `target` must not exist yet. */
export function copyExample(root: string, example: string, target: string): void {
  const source = path.join(root, 'examples', example);
  const left = new Set([path.join(source, 'bugs')]);
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(source, target, {
    recursive: true,
    filter: (file) => !left.has(file) && path.basename(file) !== '__pycache__',
  });
}

/**
 * Makes `target` a repository with one commit: the example with the bug planted, and nothing that tells where.
 * Neither settings nor hooks of whoever runs this take part.
 */
export async function plantBug(root: string, bug: Bug, target: string): Promise<void> {
  copyExample(root, bug.example, target);
  await git(target, 'init', '--quiet', '--initial-branch=main');
  await git(target, 'apply', bug.patchFile);
  await git(target, 'add', '--all');
  await git(target, 'commit', '--quiet', '--message', `Import ${bug.example}`);
}

/** Applies a patch file to a repository. Throws with git's words when it does not apply. */
export async function applyPatch(target: string, patchFile: string): Promise<void> {
  await git(target, 'apply', patchFile);
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const settings = [
    'core.hooksPath=/dev/null',
    'core.autocrlf=false',
    'user.name=Demo',
    'user.email=demo@example.org',
  ];
  const all = [...settings.flatMap((setting) => ['-c', setting]), ...args];
  const { code, output } = await run('git', all, cwd, gitEnvironment());
  if (code !== 0) throw new Error(`git ${args[0]}: ${output.trim()}`);
}

function gitEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(inherited), GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
}

/** Runs the test suite of an example that lies in `folder`, under `node` where it is JavaScript. */
export async function runSuite(folder: string, node = process.execPath): Promise<SuiteResult> {
  const isNode = existsSync(path.join(folder, 'package.json'));
  const env: NodeJS.ProcessEnv = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
  // Set by an outer `node --test`, it would turn the inner one into a part of the outer.
  delete env.NODE_TEST_CONTEXT;
  const ran = isNode
    ? await run(node, ['--test', '--test-reporter=tap'], folder, env)
    : await run('python3', ['-m', 'unittest'], folder, env);
  const result = isNode ? readTap(ran.output) : readUnittest(ran.output);
  const total = result.passed + result.failed.length;
  if (total === 0 || (ran.code === 0) !== (result.failed.length === 0)) throw new Error(unreadable(ran));
  return result;
}

function readTap(output: string): SuiteResult {
  const failed = [...output.matchAll(/^not ok \d+ - (.*)$/gm)].map((match) => match[1]!);
  return { passed: Number(/^# pass (\d+)$/m.exec(output)?.[1] ?? 0), failed };
}

function readUnittest(output: string): SuiteResult {
  const failed = [...output.matchAll(/^(?:FAIL|ERROR): (\w+)/gm)].map((match) => match[1]!);
  return { passed: Number(/^Ran (\d+) tests?/m.exec(output)?.[1] ?? 0) - failed.length, failed };
}

function unreadable({ code, output }: Ran): string {
  return `the test suite ended with ${code} and said: ${output.trim().slice(-2_000)}`;
}
