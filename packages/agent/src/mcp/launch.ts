import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { searchPath } from '@heddle/workspace';
import type { McpProgram } from './server.ts';

/**
 * Runs a server with everything it starts in a session of its own, which ends with the server, at TERM, and, for the
 * kernel sends that, when Heddle is gone however it went. Its input is Heddle's, not the empty one of a background job.
 */
const KEEPER = `trap 'kill -KILL 0' TERM
exec 3<&0
"$@" <&3 3<&- &
exec 0</dev/null 3<&-
wait "$!"
kill -KILL 0`;

/** Where that cannot be had (macOS), a server ends when its input does, as the protocol asks of it. */
const NEEDED = ['setsid', 'setpriv', 'bash'] as const;

export interface Launch {
  readonly command: string;
  readonly args: string[];
  /**
   * Not the repository: a program there must not be taken for the server (`npx` looks into the folder it is run in).
   */
  readonly cwd: string;
}

export function launchOf({ command, args = [] }: McpProgram): Launch {
  const cwd = homedir();
  const folders = searchPath();
  if (process.platform !== 'linux' || !NEEDED.every((name) => isThere(name, folders)))
    return { command, args: [...args], cwd };
  // A bash whose input is a socket takes itself for a remote one and reads the user's start-up file.
  const shell = ['bash', '--norc', '-c', KEEPER, 'heddle-mcp'];
  const keeper = ['setpriv', '--pdeathsig', 'TERM', ...shell];
  return { command: 'setsid', args: [...keeper, command, ...args], cwd };
}

function isThere(name: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
