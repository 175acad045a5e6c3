import { readlinkSync } from 'node:fs';
import { ModelFacingError } from '@heddle/core';
import { isInside } from './confine.ts';
import type { LayeredTree } from './layers.ts';

/** As many links as Linux follows. */
const LINKS_FOLLOWED = 40;

/**
 * The path, relative to the root and free of links, that a program inside would reach: absolute links that
 * point below the root are followed there, never to the user's own files of that name.
 * Throws ModelFacingError `outside-workspace`.
 */
export function resolveInside(
  tree: LayeredTree,
  root: string,
  { path, followLast }: { readonly path: string; readonly followLast: boolean },
): string {
  const rest = segments(tree, root, path, path);
  const done: string[] = [];
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (done.length === 0) throw outside(path);
      done.pop();
      continue;
    }
    done.push(name);
    if (rest.length === 0 && !followLast) break;
    if (!tree.lstat(done.join('/'))?.isSymbolicLink()) continue;
    if (++links > LINKS_FOLLOWED) throw outside(path);
    const target = readlinkSync(tree.locate(done.join('/')).host);
    done.pop();
    if (target.startsWith('/')) done.length = 0;
    rest.unshift(...segments(tree, root, target, path));
  }
  return done.join('/');
}

function segments(tree: LayeredTree, root: string, target: string, path: string): string[] {
  if (path.includes('\0')) throw outside(path);
  if (!target.startsWith('/')) return target.split('/');
  if (isInside(root, target)) return target.slice(root.length).split('/');
  const shared = tree.pathOfSource(target);
  if (shared === undefined) throw outside(path);
  return shared.split('/');
}

export function outside(path: string): ModelFacingError {
  return new ModelFacingError('outside-workspace', `${path} is outside the workspace`);
}
