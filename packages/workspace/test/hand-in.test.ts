import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { handIn } from '../src/box/hand-in.ts';

let root: string;
let pipes: string;
let outside: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'heddle-hand-in-')));
  [pipes, outside] = [join(root, 'pipes'), join(root, 'outside')];
  mkdirSync(pipes);
  mkdirSync(outside);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('puts a new file into the folder', () => {
  expect(handIn(pipes, pipes, 'run1', 'echo')).toBe(true);
  expect(readFileSync(join(pipes, 'run1'), 'utf8')).toBe('echo');
});

it('is not led outside by a planted link, folder or file', () => {
  writeFileSync(join(outside, 'precious'), 'precious');
  symlinkSync(join(outside, 'precious'), join(pipes, 'run1'));
  symlinkSync(outside, join(pipes, 'shell1'));
  writeFileSync(join(pipes, 'run2'), 'planted');
  expect(handIn(pipes, pipes, 'run1', 'x')).toBe(false);
  expect(handIn(pipes, join(pipes, 'shell1'), 'run1', 'x')).toBe(false);
  expect(handIn(pipes, pipes, 'run2', 'x')).toBe(false);
  expect(handIn(pipes, join(pipes, 'gone'), 'run1', 'x')).toBe(false);
  expect(readFileSync(join(outside, 'precious'), 'utf8')).toBe('precious');
  expect(readdirSync(outside)).toEqual(['precious']);
});
