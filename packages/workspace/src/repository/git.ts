import { spawn } from 'node:child_process';
import { OperatorError, systemCode } from '@heddle/core';

export interface GitRun {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Exit codes that are an answer rather than a failure. Default: 0 only. */
  readonly accept?: readonly number[];
}

/** Git failed: its exit code and what it said. */
export class GitFailure extends Error {
  readonly code: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], code: number | null, stderr: string) {
    super(`git ${args.join(' ')} ended with ${code}: ${stderr.trim()}`);
    this.name = 'GitFailure';
    this.code = code;
    this.stderr = stderr;
  }
}

/** Runs git without the caller's repository variables, prompts, hooks or file-system monitors. Resolves to standard output. */
export async function git(args: readonly string[], run: GitRun): Promise<Buffer> {
  return (await gitAnswer(args, run)).output;
}

/** As {@link git}, with the exit code where several are an answer. */
export function gitAnswer(
  args: readonly string[],
  run: GitRun,
): Promise<{ readonly code: number; readonly output: Buffer }> {
  const child = spawnGit(args, run);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {}); // git may end before it has read everything
  child.stdin.end(run.input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(missingGit(error)));
    child.on('close', (code) => {
      if (code !== null && (run.accept ?? [0]).includes(code)) resolve({ code, output: Buffer.concat(out) });
      else reject(new GitFailure(args, code, Buffer.concat(err).toString()));
    });
  });
}

export function spawnGit(args: readonly string[], { cwd, env }: Pick<GitRun, 'cwd' | 'env'>) {
  return spawn('git', [...QUIET, ...args], { cwd, env: { ...gitEnvironment(), ...env }, stdio: 'pipe' });
}

/** Nothing a repository's own configuration names may run while we only look at it. */
const QUIET = ['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null'];

/** Our own stores are read without anybody's configuration. */
export const NO_CONFIGURATION = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
} as const;

/** Which configuration files count may be said in the environment; which repository may not. */
const KEPT = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_ATTR_NOSYSTEM']);

function gitEnvironment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith('GIT_') || KEPT.has(name)) env[name] = value;
  }
  return { ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' };
}

export function missingGit(error: Error): Error {
  if (systemCode(error) !== 'ENOENT') return error;
  return new OperatorError('git-missing', 'git is not installed', { hint: 'install git', cause: error });
}
