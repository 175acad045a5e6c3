import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

export const HEDDLE = fileURLToPath(new URL('../bin/heddle', import.meta.url));

/** Far beyond what any of these commands needs, on a busy machine too. */
const RUN_TIMEOUT_MS = 45_000;

const folders: string[] = [];
const children = new Set<ChildProcess>();
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** With a space and letters beyond ASCII: every test is also one of such paths. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle cli ü '));
  folders.push(folder);
  return folder;
}

export function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8' });
}

/** A git repository with these files committed. */
export function repository(files: Record<string, string>): string {
  const root = join(temporaryFolder(), 'repo');
  mkdirSync(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  git(root, 'init', '-q', '-b', 'main');
  git(root, 'config', 'user.name', 'Tester');
  git(root, 'config', 'user.email', 'tester@localhost');
  git(root, 'add', '-A');
  git(root, 'commit', '-q', '--allow-empty', '-m', 'start');
  return root;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly home?: string;
  readonly env?: Record<string, string>;
  readonly input?: string;
  /** Called with all of standard error so far. */
  readonly onStderr?: (text: string, child: ChildProcess) => void;
}

export interface RunEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command line to its end. Without `input`, standard input is empty. */
export function heddle(args: readonly string[], options: RunOptions = {}): Promise<RunEnd> {
  return run(HEDDLE, args, options);
}

export function run(program: string, args: readonly string[], options: RunOptions): Promise<RunEnd> {
  const home = options.home ?? temporaryFolder();
  const child = spawn(program, args, {
    cwd: options.cwd ?? home,
    env: { ...process.env, HEDDLE_HOME: home, XDG_CONFIG_HOME: join(home, 'config'), ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: RUN_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  children.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
    options.onStderr?.(stderr, child);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      children.delete(child);
      resolve({ code, stdout, stderr });
    });
  });
}

/** A program with a bug and a test that shows it. */
export const BUGGY = {
  'package.json': JSON.stringify({ name: 'sum', type: 'module', scripts: { test: 'node --test' } }),
  'sum.js':
    'export function sum(numbers) {\n  let total = 0;\n  for (let i = 1; i < numbers.length; i++) total += numbers[i];\n  return total;\n}\n',
  'sum.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from './sum.js';\n" +
    "test('empty', () => assert.equal(sum([]), 0));\ntest('adds all', () => assert.equal(sum([1, 2, 3]), 6));\n",
};

const call = (tool: string, input: unknown) => ({ calls: [{ tool, input }] });
export const LOOK = { text: 'I look at it.', ...call('bash', { command: 'cat sum.js' }) };
const FIX = {
  text: 'The loop starts at 1.',
  ...call('edit', { command: 'replace', path: 'sum.js', old: 'let i = 1', new: 'let i = 0' }),
};
export const SLEEP = call('bash', { command: 'echo sleeping; sleep 60' });
export const FINISH = call('finish', { summary: 'The first number was left out.', probability: 0.9 });
export const SOLVING = [LOOK, FIX, FINISH, FINISH];

/** `--model` for a script of replies. */
export function scripted(replies: readonly unknown[]): string {
  const file = join(temporaryFolder(), 'script.json');
  writeFileSync(file, JSON.stringify(replies));
  return `scripted:${file}`;
}
