import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

/** System folders are searched too: a user's PATH often lacks /sbin. */
const MORE_FOLDERS = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** Full path of a program, or null. */
export function findProgram(name: string): string | null {
  for (const folder of [...(process.env.PATH ?? '').split(':'), ...MORE_FOLDERS]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  return null;
}

/** A probe that hangs is a no. */
const TRY_MS = 10_000;

/** Runs a program to its end. Null: exit code 0; otherwise the last line it said. */
export function tryProgram(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: TRY_MS,
      killSignal: 'SIGKILL',
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code) =>
      resolve(code === 0 ? null : (said.trim().split('\n').at(-1) ?? '') || `exit code ${code}`),
    );
  });
}
