import { OperatorError } from '@heddle/core';
import type { MergeConflict, Merged } from '../workspace.ts';
import { compareTrees } from './compare.ts';
import type { ShadowStore } from './shadow-store.ts';
import { gitOnStore } from './store-git.ts';

/** What git ends with for options it does not know. */
const USAGE = 129;

/**
 * Puts together what several workspaces made of the same files, one after the other, by git's three-way merge (`ort`:
 * renames are followed). A snapshot that conflicts with what is already merged is left out whole. Two that make the
 * same change merge; where lines changed by two touch each other they conflict, as they do for git.
 *
 * Git writes what it makes into our store alone. Throws OperatorError `snapshot-missing`, `store-failed`, `git-too-old`.
 */
export async function mergeSnapshots(
  store: ShadowStore,
  base: string,
  snapshots: readonly string[],
): Promise<Merged> {
  // Named here if they are gone: git would only say that it failed.
  await Promise.all([base, ...snapshots].map((tree) => store.readTree(tree)));
  const root = store.writeCommit(base, []);
  const merged: number[] = [];
  const conflicts: MergeConflict[] = [];
  let snapshot = base;
  for (const [index, theirs] of snapshots.entries()) {
    const result = await mergeTwo(store, root, snapshot, theirs);
    if (result.clean) {
      snapshot = result.tree;
      merged.push(index);
    } else {
      const paths = result.paths.length > 0 ? result.paths : await pathsBetween(store, base, theirs);
      const against: number[] = [];
      for (const other of merged) {
        if (!(await mergeTwo(store, root, snapshots[other]!, theirs)).clean) against.push(other);
      }
      conflicts.push({ index, paths, with: against });
    }
  }
  return { snapshot, merged, conflicts };
}

type TwoMerged =
  | { readonly clean: true; readonly tree: string }
  | { readonly clean: false; readonly paths: readonly string[] };

/** `root`: the commit of the files both began with. */
async function mergeTwo(store: ShadowStore, root: string, ours: string, theirs: string): Promise<TwoMerged> {
  const commits = [store.writeCommit(ours, [root]), store.writeCommit(theirs, [root])] as const;
  const asked = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', ...commits];
  const { code, output } = await gitOnStore(store, asked, { accept: [0, 1, USAGE] });
  if (code === USAGE) {
    throw new OperatorError('git-too-old', 'this git cannot merge without a work tree', {
      hint: 'install git 2.38 or newer',
    });
  }
  const [tree = '', ...names] = output.split('\0').filter((part) => part !== '');
  if (code === 0) return { clean: true, tree };
  // What is in a folder's way has the name of its commit behind its own.
  const own = names.map((name) => name.replace(asideMark(commits), ''));
  return { clean: false, paths: [...new Set(own)].sort() };
}

function asideMark(commits: readonly string[]): RegExp {
  return new RegExp(`~(?:${commits.join('|')})(?:_\\d+)?$`);
}

async function pathsBetween(store: ShadowStore, from: string, to: string): Promise<string[]> {
  return (await compareTrees(store, from, to)).map(({ path }) => path);
}
