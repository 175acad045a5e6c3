import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The least there is to work on, in a folder that is empty: one file, one commit. */
export function layRepository(folder: string): void {
  writeFileSync(join(folder, 'note.txt'), 'one\n');
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['-c', 'user.name=soak', '-c', 'user.email=soak@localhost', 'commit', '-q', '-m', 'start'],
  ])
    execFileSync('git', args, { cwd: folder });
}
