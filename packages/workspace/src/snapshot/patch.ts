import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git, NO_CONFIGURATION } from '../repository/git.ts';
import { compareTrees, type Difference } from './compare.ts';
import type { ShadowStore } from './shadow-store.ts';

/** Whatever the user's configuration says, the patch has the form `git apply` takes by default. */
const DIFF = [
  'diff',
  '--binary',
  '--full-index',
  '--no-color',
  '--no-ext-diff',
  '--no-textconv',
  '--src-prefix=a/',
  '--dst-prefix=b/',
];

/**
 * The git patch between two snapshots. Text that is not UTF-8 goes as a binary patch, because a patch here is
 * a string. `without`: folders left out (submodules).
 */
export async function patchBetween(
  store: ShadowStore,
  trees: { readonly from: string; readonly to: string; readonly without: readonly string[] },
): Promise<string> {
  if (trees.from === trees.to) return '';
  const paths = ['--', '.', ...trees.without.map((path) => `:(exclude,top,literal)${path}`)];
  const differences = await compareTrees(store, trees.from, trees.to);
  const renames = becomesFolder(differences) ? '--no-renames' : '--find-renames';
  const run = (options: readonly string[]) =>
    git([...options, ...DIFF, renames, trees.from, trees.to, ...paths], {
      cwd: store.dir,
      env: { ...NO_CONFIGURATION, GIT_DIR: store.dir },
    });
  const patch = await run(['-c', 'core.attributesFile=/dev/null']);
  if (isUtf8(patch)) return patch.toString();
  const attributes = join(store.dir, 'info', `binary-${randomUUID()}`);
  writeFileSync(attributes, await binaryAttributes(store, differences));
  try {
    return (await run(['-c', `core.attributesFile=${attributes}`])).toString();
  } finally {
    rmSync(attributes);
  }
}

/** Whether a file or link gives way to a folder: if it is also renamed, `git apply` meets it where the folder is to be. */
function becomesFolder(differences: readonly Difference[]): boolean {
  const gone = new Set(differences.filter(({ to }) => to === null).map(({ path }) => path));
  return differences.some(({ path, to }) => {
    if (to === null) return false;
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1))
      if (gone.has(path.slice(0, at))) return true;
    return false;
  });
}

async function binaryAttributes(store: ShadowStore, differences: readonly Difference[]): Promise<string> {
  const lines: string[] = [];
  for (const { path, from, to } of differences) {
    for (const entry of [from, to]) {
      if (entry !== null && !isUtf8(await store.readBlob(entry.id)))
        lines.push(`${attributePattern(path)} -diff\n`);
    }
  }
  return lines.join('');
}

/** A pattern that matches one path: wildcards escaped, then C-quoted as a whole. */
function attributePattern(path: string): string {
  return JSON.stringify(`/${path.replace(/[\\*?[\]]/g, '\\$&')}`);
}
