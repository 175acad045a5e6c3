import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { isInside } from '../src/files/confine.ts';
import { copyLayer } from '../src/files/copy-layer.ts';
import { findProgram } from '../src/sandbox/programs.ts';
import { put } from './files.ts';
import { temporaryFolder } from './fixtures.ts';

/** A `cp` that also looks for a file which is not there any more, as it does when one vanishes under it. */
function cpThatMisses(): string {
  const bin = temporaryFolder();
  put(bin, { cp: { run: `#!/bin/sh\nexec ${findProgram('cp')} "$1" "$2" "$2.gone" "$3"\n` } });
  return bin;
}

it('a layer is copied although files vanish meanwhile', async () => {
  const folder = temporaryFolder();
  put(folder, { 'upper/a/b.txt': 'kept\n' });
  mkdirSync(join(folder, 'to'));
  vi.stubEnv('PATH', `${cpThatMisses()}:${process.env.PATH}`);
  await copyLayer(join(folder, 'upper'), join(folder, 'to')).finally(() => vi.unstubAllEnvs());
  expect(readFileSync(join(folder, 'to/upper/a/b.txt'), 'utf8')).toBe('kept\n');
});

it.each([
  ['a target that is not there', 'nowhere/deep'],
  ['a target that is a file', 'upper/a.txt'],
])('a layer is not taken for copied: %s', async (_, to) => {
  const folder = temporaryFolder();
  put(folder, { 'upper/a.txt': 'kept\n' });
  await expect(copyLayer(join(folder, 'upper'), join(folder, to))).rejects.toThrow('could not be copied');
});

it('everything absolute is inside the root of the file system', () => {
  expect(isInside('/', '/etc')).toBe(true);
  expect(isInside('/', '/')).toBe(true);
  expect(isInside('/etc', '/etcetera')).toBe(false);
});
