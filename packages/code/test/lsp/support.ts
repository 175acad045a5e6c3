import { spawn as spawnChild } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { LanguageServers, type LanguageServersOptions } from '../../src/lsp/language-servers.ts';
import type { ServerProcess } from '../../src/lsp/process.ts';
import { programOnPath } from '../../src/ripgrep.ts';
import { folder } from '../helpers/folder.ts';
import { execIn, readIn } from '../helpers/run.ts';

const MODULES = join(import.meta.dirname, '../../../../node_modules');
export const NO_PYRIGHT = programOnPath('pyright-langserver', `${MODULES}/.bin${delimiter}`) === null;
export const NO_TYPESCRIPT = programOnPath('tsc', `${MODULES}/.bin${delimiter}`) === null;

export interface Started {
  readonly root: string;
  readonly servers: LanguageServers;
  /** Process ids of all servers ever started. */
  readonly pids: number[];
}

/** Language servers over a temporary folder, each a child process of the test; all must be gone at its end. */
export function serversIn(
  files: Readonly<Record<string, string>>,
  options: Partial<LanguageServersOptions> = {},
): Started {
  const root = folder(files);
  const pids: number[] = [];
  const exec = execIn(root);
  // Programs of the folder are found as if they were installed.
  const PATH = `export PATH='${root}/node_modules/.bin':"$PATH"`;
  const servers = new LanguageServers({
    root,
    read: readIn(root),
    exec: (command, given) => exec(`${PATH}\n${command}`, given),
    spawn: async (command, { env } = {}) => {
      const process = child(root, `${PATH}\n${command}`, env);
      pids.push(process.pid);
      return process;
    },
    ...options,
  });
  onTestFinished(() => servers.dispose());
  return { root, servers, pids };
}

function child(
  cwd: string,
  command: string,
  env: Readonly<Record<string, string>> = {},
): ServerProcess & { readonly pid: number } {
  const running = spawnChild('bash', ['-c', command], { cwd, env: { ...process.env, ...env } });
  const exited = new Promise<{ ended: string; exitCode: number | null }>((resolve) =>
    running.on('close', (exitCode, signal) =>
      resolve(signal === null ? { ended: 'exited', exitCode } : { ended: 'aborted', exitCode: null }),
    ),
  );
  running.stdin.on('error', () => {}); // told by `exited`
  return {
    pid: running.pid!,
    stdin: running.stdin,
    stdout: running.stdout,
    stderr: running.stderr,
    exited,
    memoryBytes: () => residentBytes(running.pid!),
    async kill() {
      running.kill('SIGKILL');
      await exited;
    },
  };
}

function residentBytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
