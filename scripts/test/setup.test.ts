import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dependencyDigest, explainNpmFailure } from '../setup.mjs';

const checkout = path.resolve(import.meta.dirname, '../..');

let root: string;
beforeEach(() => {
  // A space and letters beyond ASCII, as in many a home folder.
  root = path.join(mkdtempSync(path.join(tmpdir(), 'heddle-setup-')), 'my chéckout');
  mkdirSync(path.join(root, 'packages', 'core'), { recursive: true });
  mkdirSync(path.join(root, 'scripts'));
  writeFileSync(path.join(root, 'package.json'), '{ "private": true, "type": "module" }');
  writeFileSync(path.join(root, 'packages/core/package.json'), '{ "name": "core" }');
  for (const file of readdirSync(path.join(checkout, 'scripts')).filter((name) => name.endsWith('.mjs')))
    cpSync(path.join(checkout, 'scripts', file), path.join(root, 'scripts', file));
});
afterEach(() => rmSync(path.dirname(root), { recursive: true, force: true }));

/** A stand-in for npm that runs a line of shell and notes that it was called. */
function fakeNpm(script: string): string {
  const bin = path.join(root, 'bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(path.join(bin, 'npm'), `#!/bin/sh\necho "$@" >> '${root}/calls'\n${script}\n`);
  chmodSync(path.join(bin, 'npm'), 0o755);
  return bin;
}

function environment(bin: string): NodeJS.ProcessEnv {
  const { npm_execpath: _, ...env } = process.env;
  return { ...env, PATH: `${bin}:/usr/bin:/bin` };
}

const setUp = (bin: string, ...args: string[]) =>
  spawnSync(process.execPath, [path.join(root, 'scripts/setup.mjs'), ...args], {
    encoding: 'utf8',
    env: environment(bin),
  });

const calls = () =>
  existsSync(path.join(root, 'calls'))
    ? readFileSync(path.join(root, 'calls'), 'utf8').trim().split('\n')
    : [];

describe('set-up', () => {
  it('installs once, without running install scripts or changing the lock file', () => {
    const bin = fakeNpm('');
    const first = setUp(bin);
    expect(first.stderr).toMatch(
      /^set-up: installing .*\nset-up: dependencies installed in [\d.]+ s, .*, Node \d+\.\d+\.\d+\n$/,
    );
    expect(first.status).toBe(0);
    expect(calls()).toHaveLength(1);
    expect(calls()[0]).toMatch(/^install --ignore-scripts --no-save .*--include=dev --include=optional/);
    setUp(bin);
    expect(calls()).toHaveLength(1);
  });

  it('installs again when any manifest has changed', () => {
    const bin = fakeNpm('');
    setUp(bin);
    writeFileSync(path.join(root, 'packages/core/package.json'), '{ "name": "core", "version": "2.0.0" }');
    setUp(bin);
    expect(calls()).toHaveLength(2);
  });

  it('runs a script from the checkout with arguments, and ends with its exit code', () => {
    writeFileSync(
      path.join(root, 'scripts/x.mjs'),
      'console.log(process.argv.slice(2), process.cwd()); process.exit(7);',
    );
    const { status, stdout } = setUp(fakeNpm(''), 'scripts/x.mjs', 'a b', '--c');
    expect(stdout).toBe(`[ 'a b', '--c' ] ${root}\n`);
    expect(status).toBe(7);
  });

  it('starts nothing when npm fails, and says why in one line', () => {
    const bin = fakeNpm(
      'echo "npm error code ENOTFOUND" >&2; echo "npm error network request failed" >&2; exit 1',
    );
    const { status, stderr, stdout } = setUp(bin, 'scripts/missing.mjs');
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^set-up: the npm registry cannot be reached/);
    expect(existsSync(path.join(root, 'node_modules/.heddle-setup'))).toBe(false);
    expect(existsSync(path.join(root, 'node_modules/.heddle-setup.lock'))).toBe(false);
  });

  it('says so when there is no npm', () => {
    const bin = path.join(root, 'empty');
    mkdirSync(bin);
    const { npm_execpath: _, ...env } = process.env;
    const { status, stderr } = spawnSync(process.execPath, [path.join(root, 'scripts/setup.mjs')], {
      encoding: 'utf8',
      env: { ...env, PATH: bin },
    });
    expect(status).toBe(2);
    expect(stderr.trimEnd().split('\n').at(-1)).toMatch(/^set-up: npm cannot be started/);
  });

  it('works through a symbolic link', () => {
    const link = `${root}-link`;
    symlinkSync(root, link);
    const { stderr } = spawnSync(process.execPath, [path.join(link, 'scripts/setup.mjs')], {
      encoding: 'utf8',
      env: environment(fakeNpm('')),
    });
    expect(stderr).toMatch(/set-up: dependencies installed/);
  });

  it('takes over from a set-up that was killed', () => {
    mkdirSync(path.join(root, 'node_modules'));
    const dead = spawnSync(process.execPath, ['-e', 'console.log(process.pid)'], {
      encoding: 'utf8',
    }).stdout.trim();
    writeFileSync(path.join(root, 'node_modules/.heddle-setup.lock'), dead);
    expect(setUp(fakeNpm('')).status).toBe(0);
  });

  it('two at once install once', async () => {
    const bin = fakeNpm('sleep 0.5');
    const start = () =>
      new Promise<number | null>((resolve) => {
        const child = spawn(process.execPath, [path.join(root, 'scripts/setup.mjs')], {
          env: environment(bin),
          stdio: 'ignore',
        });
        child.on('exit', resolve);
      });
    expect(await Promise.all([start(), start()])).toEqual([0, 0]);
    expect(calls()).toHaveLength(1);
  });
});

describe('dependency digest', () => {
  it('depends on manifests and the lock file, on nothing else', () => {
    const before = dependencyDigest(root);
    writeFileSync(path.join(root, 'README.md'), 'x');
    expect(dependencyDigest(root)).toBe(before);
    writeFileSync(path.join(root, 'package-lock.json'), '{}');
    expect(dependencyDigest(root)).not.toBe(before);
  });
});

describe("npm's failures", () => {
  it.each([
    ['npm error code EAI_AGAIN\nnpm error errno EAI_AGAIN', /registry cannot be reached/],
    ['npm error code ENOSPC', /disk is full/],
    ['npm ERR! code EACCES\nnpm ERR! syscall mkdir', /cannot be written/],
    [
      'npm error code E404\nnpm error 404 Not Found - x\nnpm error A complete log of this run',
      /^npm install failed: 404 Not Found - x$/,
    ],
    ['', /^npm install failed: it printed nothing$/],
  ])('%j', (output, expected) => {
    expect(explainNpmFailure(output)).toMatch(expected);
    expect(explainNpmFailure(output)).not.toContain('\n');
  });
});
