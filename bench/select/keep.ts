import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openStore, type Store } from '@heddle/core';
import type { Files } from '../repair/case.ts';
import { makeRepository } from '../repair/files.ts';

/** Where the rollouts of one case live: its repository, and Heddle's data with their journals and snapshots. */
export interface Place extends Disposable {
  readonly repo: string;
  readonly home: string;
  readonly store: Store;
}

/** Snapshots are found by the repository's path: the folder must stay where it was made. */
function foldersOf(keep: string, id: string) {
  const folder = join(keep, 'cases', id.replaceAll(/[^\w.-]+/g, '_'));
  return { folder, repo: join(folder, 'repo'), home: join(folder, 'home') };
}

/** A new place; what an interrupted run left there is taken away. */
export function newPlace(keep: string, { id, files }: { readonly id: string; readonly files: Files }): Place {
  const { folder, repo, home } = foldersOf(keep, id);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  makeRepository(repo, files);
  return opened(repo, home);
}

/** A place with what was kept. Throws where it is gone. */
export function keptPlace(keep: string, id: string): Place {
  const { folder, repo, home } = foldersOf(keep, id);
  if (!existsSync(join(home, 'journal.db'))) throw new Error(`nothing is kept in ${folder}`);
  return opened(repo, home);
}

export function dropPlace(keep: string, id: string): void {
  rmSync(foldersOf(keep, id).folder, { recursive: true, force: true });
}

function opened(repo: string, home: string): Place {
  const store = openStore(join(home, 'journal.db'));
  return { repo, home, store, [Symbol.dispose]: () => store.close() };
}
