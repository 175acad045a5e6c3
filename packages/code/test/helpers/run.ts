import { spawn, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Exec, ReadFile } from '../../src/exec.ts';
import { folder } from './folder.ts';

const NODE_FOLDER = dirname(process.execPath);

/** The test runner's own marks must not reach the runs it starts. */
function environment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...extra, PATH: `${NODE_FOLDER}:${process.env.PATH}` };
  for (const name of Object.keys(env)) {
    if (
      /^(?:VITEST|NODE_OPTIONS$|NODE_TEST_CONTEXT|NODE_V8_COVERAGE|NODE_ENV$|FORCE_COLOR|TEST$|PYTHON|RUST_)/.test(
        name,
      )
    ) {
      delete env[name];
    }
  }
  return env;
}

/** Runs commands in a folder, with a temporary folder of their own, each in a process group of its own that is ended at the limit. */
export function execIn(dir: string): Exec {
  const TMPDIR = folder();
  return (command, options = {}) =>
    new Promise((resolve) => {
      const started = performance.now();
      const child = spawn('bash', ['-c', command], {
        cwd: dir,
        detached: true,
        env: environment({ TMPDIR, ...options.env }),
      });
      let output = '';
      let ended = 'exited';
      const limit = setTimeout(
        () => {
          ended = 'timeout';
          process.kill(-child.pid!, 'SIGKILL');
        },
        (options.timeoutSeconds ?? 60) * 1000,
      );
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (chunk) => {
          output += chunk;
        });
      }
      child.on('close', (exitCode) => {
        clearTimeout(limit);
        resolve({ ended, exitCode, output, seconds: (performance.now() - started) / 1000 });
      });
    });
}

export function readIn(dir: string): ReadFile {
  return (path) => readFile(join(dir, path), 'utf8');
}

/** Whether a program is there and starts. */
export function works(command: string): boolean {
  return spawnSync('bash', ['-c', command], { stdio: 'ignore', env: environment() }).status === 0;
}
