import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { quote, type SharedMount } from './sandbox.ts';

/** Makes the folders {@link mountShared} needs; keeps what an earlier box has written. */
export function prepareShared({ target, source, layer }: SharedMount): void {
  for (const name of ['upper', 'work', 'memory']) mkdirSync(join(layer, name), { recursive: true });
  mkdirSync(target, { recursive: true });
  rmSync(join(layer, 'lower'), { force: true });
  symlinkSync(source, join(layer, 'lower'));
}

/**
 * Shell text that mounts shared folders: an overlay whose changes are kept on disk; where the disk can't carry
 * one (it is itself an overlay), in memory; where the kernel has none, read-only (by `seal`, to be
 * defined before). What it came to is a line in the file `mounted` of the layer. Relative names, because overlay options give `:` and `,` a meaning; it leaves the shell in one of the layers.
 */
export function mountShared(mounts: readonly SharedMount[], options: string): string {
  if (mounts.length === 0) return '';
  const overlay = `mount -t overlay heddle -o ${options}lowerdir=lower`;
  const lines = mounts.map(({ layer, target }) => `share ${quote(layer)} ${quote(target)}`);
  return `
share() {
  cd "$1"
  if ${overlay},upperdir=upper,workdir=work "$2" 2>/dev/null; then echo disk >mounted
  elif mount -t tmpfs -o size=1g,mode=755 heddle memory 2>/dev/null && mkdir memory/upper memory/work &&
    ${overlay},upperdir=memory/upper,workdir=memory/work "$2" 2>/dev/null; then echo memory >mounted
  else mount --rbind lower "$2" && seal "$2" && echo read-only >mounted
  fi
}
${lines.join('\n')}
`;
}
