import { spawn } from 'node:child_process';
import { OperatorError, systemCode } from '@heddle/core';

export interface GitCall {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** What git says to us must not depend on whose machine this is. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  LC_ALL: 'C',
};

/** A git command on this side of the sandbox failed; `said` is the last line of what it said. */
export class GitRefusal extends Error {
  readonly said: string;

  constructor(command: string, said: string) {
    super(`git ${command}: ${said}`);
    this.name = 'GitRefusal';
    this.said = said;
  }
}

/**
 * Standard output of a git command that no repository's hooks, filters or settings of a user have a part in.
 * Throws {@link GitRefusal}, and OperatorError `git-missing`.
 */
export function git(args: readonly string[], { cwd, env, input }: GitCall): Promise<string> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  const child = spawn(
    'git',
    ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'safe.directory=*', ...args],
    { cwd, env: { ...Object.fromEntries(own), ...ENVIRONMENT, ...env }, stdio: 'pipe' },
  );
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {}); // git may end before it has read everything
  child.stdin.end(input ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', (cause) => {
      if (systemCode(cause) !== 'ENOENT') return reject(cause);
      reject(new OperatorError('git-missing', 'git cannot be started', { cause, hint: 'install git' }));
    });
    child.on('close', (code) => {
      if (code === 0) return resolve(Buffer.concat(out).toString());
      const said = Buffer.concat(err).toString().trim().split('\n').at(-1) ?? '';
      reject(new GitRefusal(args.find((arg) => !arg.startsWith('-')) ?? '', said || `ended with ${code}`));
    });
  });
}
