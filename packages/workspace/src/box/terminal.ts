import { findProgram, tryProgram } from '../sandbox/programs.ts';
import type { Box } from './box.ts';
import { execInBox } from './exec.ts';

let works: Promise<boolean> | undefined;

/**
 * Whether pseudo-terminals can be had in a box: from util-linux' `script`, begun by an `env` that switches Ctrl-C on
 * again (coreutils 8.31). Both are in every Debian, Fedora and Arch. Asked once per process; in a box with programs
 * of its own, there.
 */
export async function terminalWorks(box: Box): Promise<boolean> {
  if (box.foreign) return (await execInBox(box, ASK_INSIDE, {})).exitCode === 0;
  works ??= ask();
  return works;
}

const ASK_INSIDE =
  'type script && env --default-signal=INT,QUIT true && script -qefc true /dev/null </dev/null';

async function ask(): Promise<boolean> {
  const [env, script] = [findProgram('env'), findProgram('script')];
  if (process.platform !== 'linux' || env === null || script === null) return false;
  return (await tryProgram(env, ['--default-signal=INT,QUIT', 'true'], {})) === null;
}
