import {
  closeSync,
  fstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { openInside } from './confine.ts';

/**
 * Copies a folder that programs in a sandbox may be changing: whatever they swap for a link meanwhile, nothing
 * from outside `root` is read. Links are copied as links; pipes and sockets are left out.
 */
export function copyFolderInside(root: string, from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = `${from}/${entry.name}`;
    const target = `${to}/${entry.name}`;
    if (entry.isDirectory()) copyFolderInside(root, source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source, { encoding: 'buffer' }), target);
    else if (entry.isFile()) copyFileInside(root, source, target);
  }
}

function copyFileInside(root: string, source: string, target: string): void {
  const descriptor = openInside(root, source);
  if (descriptor === null) return;
  try {
    writeFileSync(target, readFileSync(descriptor), { mode: fstatSync(descriptor).mode & 0o755 });
  } finally {
    closeSync(descriptor);
  }
}
