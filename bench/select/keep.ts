import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openStore, type Store } from '@heddle/core';
import type { Files } from '../repair/case.ts';
import { makeRepository } from '../repair/files.ts';

/** A folder for what a run keeps, or a temporary one that goes with it. */
export interface Keep extends Disposable {
  readonly folder: string;
  readonly temporary: boolean;
}

/**
 * `made`: what the folder's cases are made from; it may not hold others. Throws where it does: their figures would be
 * mixed.
 */
export function openKeep(folder: string | undefined, made: Readonly<Record<string, unknown>>): Keep {
  if (folder === undefined) {
    const temporary = mkdtempSync(join(tmpdir(), 'heddle-select-'));
    const remove = () => rmSync(temporary, { recursive: true, force: true });
    return { folder: temporary, temporary: true, [Symbol.dispose]: remove };
  }
  const file = join(folder, 'suite.json');
  const text = JSON.stringify(made);
  mkdirSync(folder, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, text);
  const before = readFileSync(file, 'utf8');
  if (before !== text)
    throw new Error(`${folder} holds another suite (${before}, not ${text}): name another folder`);
  return { folder: resolve(folder), temporary: false, [Symbol.dispose]() {} };
}

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
