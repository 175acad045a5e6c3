import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '@heddle/core';

/** Removes a folder whatever modes its parts have (an overlay's work folder has none). Absent is fine. */
export function removeTree(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    if (!['EACCES', 'EPERM', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) throw error;
    open(path);
    rmSync(path, { recursive: true, force: true });
  }
}

function open(folder: string): void {
  chmodSync(folder, 0o700);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) open(join(folder, entry.name));
  }
}
