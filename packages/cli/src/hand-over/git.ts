import { spawn } from 'node:child_process';

export interface GitEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git in the user's repository. A non-zero exit is a result; the promise rejects when git cannot be started. */
export function git(
  args: readonly string[],
  options: { readonly cwd: string; readonly stdin?: string; readonly env?: Readonly<Record<string, string>> },
): Promise<GitEnd> {
  // Started from a git hook, Heddle must not inherit which repository and index that hook is about.
  const { GIT_DIR: _, GIT_WORK_TREE: __, GIT_INDEX_FILE: ___, GIT_PREFIX: ____, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      cwd: options.cwd,
      env: { ...env, LC_ALL: 'C', ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    child.stdin.on('error', () => {}); // it ended before it read everything: its exit code says why
    child.stdin.end(options.stdin ?? '');
  });
}

/** What git complains about, without its prefix, in one line. */
export function complaint({ stderr }: GitEnd): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^(?:error|fatal|warning): /, '').trim());
  return lines.find((line) => line !== '') ?? 'git gave no reason';
}
