import {
  closeSync,
  fstatSync,
  futimesSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { systemCode } from '@heddle/core';
import { removeTree } from '../remove-tree.ts';
import { openInside } from './confine.ts';

/**
 * Makes `to` a copy of the folder `from`, which programs in a sandbox may be changing: whatever they swap for a link
 * meanwhile, nothing from outside `root` is read. What `to` holds already and looks the same by size and time is
 * left as it is; nobody else may be writing there. Links are copied as links; pipes, sockets and what is gone by the
 * time it is read are left out.
 */
export function copyFolderInside(root: string, from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const entries = unlessGone(() => readdirSync(from, { withFileTypes: true })) ?? [];
  const wanted = new Set(entries.map(({ name }) => name));
  for (const name of readdirSync(to)) if (!wanted.has(name)) removeTree(`${to}/${name}`);
  for (const entry of entries) {
    const source = `${from}/${entry.name}`;
    const target = `${to}/${entry.name}`;
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (entry.isDirectory()) {
      if (there !== undefined && !there.isDirectory()) removeTree(target);
      copyFolderInside(root, source, target);
    } else if (entry.isSymbolicLink()) {
      removeTree(target);
      const link = unlessGone(() => readlinkSync(source, { encoding: 'buffer' }));
      if (link !== null) symlinkSync(link, target);
    } else if (entry.isFile()) copyFileInside(root, { source, target, there });
  }
}

function copyFileInside(
  root: string,
  { source, target, there }: { source: string; target: string; there: Stats | undefined },
): void {
  const descriptor = unlessGone(() => openInside(root, source));
  if (descriptor === null) {
    removeTree(target);
    return;
  }
  try {
    const stat = fstatSync(descriptor);
    if (there !== undefined) {
      if (looksSame(stat, there)) return;
      removeTree(target);
    }
    const copy = openSync(target, 'wx', stat.mode & 0o755);
    try {
      writeFileSync(copy, readFileSync(descriptor));
      // The time before it was read: what is written meanwhile makes it look different.
      futimesSync(copy, stat.atimeMs / 1000, stat.mtimeMs / 1000);
    } finally {
      closeSync(copy);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** It was removed, or became something else, after its folder was read. */
const GONE: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EINVAL']);

function unlessGone<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (GONE.has(systemCode(error))) return null;
    throw error;
  }
}

/** Times pass through seconds as a floating-point number, good to a quarter of a microsecond. */
const TIME_ERROR_MS = 0.001;

const looksSame = (a: Stats, b: Stats): boolean =>
  b.isFile() && a.size === b.size && Math.abs(a.mtimeMs - b.mtimeMs) < TIME_ERROR_MS;
