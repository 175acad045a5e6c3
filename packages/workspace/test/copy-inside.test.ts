import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyFolderInside } from '../src/files/copy-inside.ts';

let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-copy-')));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** As git does: a lock that comes and goes, a folder that becomes a file and back, a link that is replaced. */
const RESTLESS = `
  const { workerData: at } = require('node:worker_threads');
  const fs = require('node:fs');
  for (;;) {
    fs.writeFileSync(at + '/index.lock', 'x');
    fs.rmSync(at + '/index.lock');
    fs.mkdirSync(at + '/place');
    fs.writeFileSync(at + '/place/inner', 'x');
    fs.rmSync(at + '/place', { recursive: true });
    fs.symlinkSync('kept', at + '/place');
    fs.rmSync(at + '/place');
  }`;

it('leaves out what vanishes or turns into something else while it is copied', async () => {
  const from = join(root, 'from');
  mkdirSync(from);
  for (let i = 0; i < 20; i += 1) writeFileSync(join(from, `file-${i}`), 'kept');
  const restless = new Worker(RESTLESS, { eval: true, workerData: from });
  try {
    await new Promise((resolve) => restless.once('online', resolve));
    for (let i = 0; i < 300; i += 1) copyFolderInside(root, from, join(root, 'to'));
  } finally {
    await restless.terminate();
  }
  for (const name of ['index.lock', 'place']) rmSync(join(from, name), { recursive: true, force: true });
  copyFolderInside(root, from, join(root, 'to'));
  expect(readdirSync(join(root, 'to')).sort()).toEqual(readdirSync(from).sort());
  expect(readFileSync(join(root, 'to', 'file-7'), 'utf8')).toBe('kept');
});
