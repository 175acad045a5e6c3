import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { programOnPath, ripgrepPath } from '../src/ripgrep.ts';
import { folder } from './helpers/folder.ts';

const bundled = ripgrepPath('');

test.skipIf(bundled === null)('npm’s ripgrep finds text (skipped where npm carries none)', () => {
  const dir = folder({ 'a.txt': 'needle\n', 'b.txt': 'hay\n' });
  const { stdout } = spawnSync(bundled!, ['--files-with-matches', 'needle', '.'], {
    cwd: dir,
    encoding: 'utf8',
  });
  expect(stdout).toBe('./a.txt\n');
});

test('the system’s program is the first executable in an absolute folder of the search path', () => {
  const dir = folder({ rg: '#!/bin/sh\n', 'plain/rg': '' });
  mkdirSync(join(dir, 'empty'));
  chmodSync(join(dir, 'rg'), 0o755);
  expect(programOnPath('rg', `:relative:${join(dir, 'empty')}:${join(dir, 'plain')}:${dir}`)).toBe(
    join(dir, 'rg'),
  );
  expect(programOnPath('rg', join(dir, 'empty'))).toBeNull();
});
