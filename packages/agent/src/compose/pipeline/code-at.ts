import { splitLines } from '../../tools/edit-text.ts';
import type { Run } from '../run.ts';
import type { Place } from './places.ts';

/** What stands at places, as it is: edits are matched against it. */
export async function codeAt(run: Run, snapshot: string, places: readonly Place[]): Promise<string> {
  const fork = await run.ground.workspace.fork(snapshot);
  try {
    const shown: string[] = [];
    for (const { path, first, last } of places) {
      const lines = splitLines((await fork.files.read(path)).toString('utf8'));
      const all = first === 1 && last >= lines.length;
      const which = all ? 'the whole file' : `lines ${first} to ${last} of ${lines.length}`;
      shown.push(`${path}, ${which}:\n\`\`\`\n${lines.slice(first - 1, last).join('\n')}\n\`\`\``);
    }
    return shown.join('\n\n');
  } finally {
    await fork.dispose();
  }
}
