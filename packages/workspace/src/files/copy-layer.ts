import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What `cp` says of a file that was there when it read the folder and is gone now; its messages are in C. */
const VANISHED =
  /^(\S*\/)?cp: (cannot|can't) (stat|access|open|read symbolic link) .*: No such file or directory$/;

/**
 * Copies an overlay's upper folder into `to`, while programs may be writing to it: what vanishes meanwhile is
 * not in the copy. Throws what else `cp` complains of. `cp` knows the marks an overlay leaves (devices, extended
 * attributes); Node's copy does not.
 */
export async function copyLayer(upper: string, to: string): Promise<void> {
  const child = spawn('cp', ['-a', upper, to], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C' },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, 'close');
  if (code === 0) return;
  const complaints = said.split('\n').filter((line) => line !== '' && !VANISHED.test(line));
  // Without a word it was ended by somebody: not a copy either.
  if (complaints.length > 0 || said === '')
    throw new Error(`the changes in ${upper} could not be copied: ${complaints.at(-1) ?? `cp: ${code}`}`);
}
