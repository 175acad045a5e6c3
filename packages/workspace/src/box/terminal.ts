import { findProgram, tryProgram } from '../sandbox/programs.ts';

let works: Promise<boolean> | undefined;

/**
 * Whether pseudo-terminals can be had in a box: from util-linux' `script`, begun by an `env` that switches Ctrl-C on
 * again (coreutils 8.31). Both are in every Debian, Fedora and Arch. Asked once per process.
 */
export function terminalWorks(): Promise<boolean> {
  works ??= ask();
  return works;
}

async function ask(): Promise<boolean> {
  const [env, script] = [findProgram('env'), findProgram('script')];
  if (process.platform !== 'linux' || env === null || script === null) return false;
  return (await tryProgram(env, ['--default-signal=INT,QUIT', 'true'], {})) === null;
}
