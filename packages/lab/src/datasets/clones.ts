import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The clone of a repository below a folder: `OWNER__REPO`, `OWNER/REPO` or `REPO`, with `.git` behind it or not. */
export function cloneOf(folder: string, repo: string): string | null {
  const names = [repo.replace('/', '__'), repo, repo.split('/').at(-1)!];
  const places = names.flatMap((name) => [join(folder, name), join(folder, `${name}.git`)]);
  return places.find((place) => existsSync(join(place, '.git')) || existsSync(join(place, 'HEAD'))) ?? null;
}
