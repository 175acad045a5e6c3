import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listBugs } from '../demo/examples.ts';
import { usableSandbox } from '../demo/heddle.ts';
import { DemoStopped, type Promised, play, type Stage } from '../demo/scene.ts';

const checkout = path.resolve(import.meta.dirname, '../..');

let root: string;
let stage: Stage;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'heddle-demo-'));
  cpSync(path.join(checkout, 'examples', 'cellar'), path.join(root, 'examples', 'cellar'), {
    recursive: true,
  });
  mkdirSync(path.join(root, 'node_modules', '.bin'), { recursive: true });
  stage = { root, folder: path.join(root, '.heddle-demo'), home: path.join(root, 'home'), sandbox: 'auto' };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const RESULT = {
  rollout: 'r1',
  status: 'solved',
  verified: true,
  patch: '',
  probability: 0.9,
  steps: 3,
  costUsd: 0,
  seconds: 1.5,
  reason: 'done',
};

/** A stand-in for the command line: a Node program that notes its arguments and ends as `body` says. */
function fakeHeddle(body: string): void {
  const file = path.join(root, 'node_modules', '.bin', 'heddle');
  const calls = JSON.stringify(path.join(root, 'calls'));
  const line = "process.argv.slice(2).join(' ') + ' in ' + process.env.HEDDLE_HOME + '\\n'";
  writeFileSync(`${file}.cjs`, `require('node:fs').appendFileSync(${calls}, ${line});\n${body}\n`);
  // A shell between, because the path of Node may contain spaces, which a `#!` line cannot.
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' "$0.cjs" "$@"\n`);
  chmodSync(file, 0o755);
}

const ends = (result: object, code: number) =>
  `console.log(${JSON.stringify(JSON.stringify(result))}); process.exitCode = ${code};`;
const scene = (promised: Promised) => ({ bug: listBugs(root)[0]!, promised, seconds: 5, attempts: 1 });

/** The patch that takes the first bug out again. */
function repair(): string {
  const patch = readFileSync(listBugs(root)[0]!.patchFile, 'utf8');
  const swapped = patch.replaceAll(
    /^([+-])(?!\1\1 )(.*)$/gm,
    (_, sign, rest) => (sign === '+' ? '-' : '+') + rest,
  );
  const lines = swapped.split('\n');
  const at = lines.findIndex((line) => line.startsWith('+') && !line.startsWith('+++'));
  [lines[at], lines[at + 1]] = [lines[at + 1]!, lines[at]!];
  return lines.join('\n');
}

it('a fix is believed once it has been verified on a clean copy', async () => {
  fakeHeddle(ends({ ...RESULT, patch: repair() }, 0));
  expect(await play(stage, scene('fix'), '1')).toMatchObject({
    rollout: 'r1',
    outcome: 'fixed',
    ok: true,
    seconds: 1.5,
  });
  const call = readFileSync(path.join(root, 'calls'), 'utf8');
  expect(call).toContain('--model repair --sandbox auto --time 5s --json');
  expect(call).toContain(` in ${stage.home}\n`);
  expect(existsSync(path.join(stage.folder, 'repositories/cellar-01-delete-next-row/.git'))).toBe(true);
});

it('a claim that is not true makes the demo fail, whatever was promised', async () => {
  fakeHeddle(ends(RESULT, 0));
  expect(await play(stage, scene('fix'), '1')).toMatchObject({ outcome: 'not fixed', ok: false });
  const wrong =
    'diff --git a/README.md b/README.md\n--- a/README.md\n+++ b/README.md\n@@ -1 +1 @@\n-# Cellar\n+# Seller\n';
  fakeHeddle(ends({ ...RESULT, patch: wrong }, 0));
  expect(await play(stage, scene('nothing'), '1')).toMatchObject({ outcome: 'not fixed', ok: false });
});

it('an honest ending is fine where it was expected, and not where a fix was', async () => {
  fakeHeddle(ends({ ...RESULT, status: 'gave-up', verified: false }, 1));
  expect(await play(stage, scene('honest'), '1')).toMatchObject({ outcome: 'not fixed', ok: true });
  expect(await play(stage, scene('fix'), '1')).toMatchObject({ outcome: 'not fixed', ok: false });
});

it('goes on without a sandbox where the machine permits none', async () => {
  const doctor = (namespaces: string) => [
    { about: 'node', state: 'ok' },
    { about: 'sandbox bubblewrap', state: 'missing' },
    { about: 'sandbox namespaces', state: namespaces },
    { about: 'sandbox host', state: 'ok' },
  ];
  fakeHeddle(ends(doctor('ok'), 0));
  expect(await usableSandbox(root, stage.home)).toBe('auto');
  fakeHeddle(ends(doctor('missing'), 2));
  expect(await usableSandbox(root, stage.home)).toBe('host');
  fakeHeddle(ends({ ...RESULT, patch: repair() }, 0));
  await play({ ...stage, sandbox: 'host' }, scene('fix'), '1');
  expect(readFileSync(path.join(root, 'calls'), 'utf8')).toContain('--sandbox host');
});

it('stops with the exit code of a command line that refuses for another reason', async () => {
  fakeHeddle('process.exitCode = 2;');
  const stopped = await play(stage, scene('fix'), '1').catch((error: unknown) => error);
  expect(stopped).toBeInstanceOf(DemoStopped);
  expect((stopped as DemoStopped).exitCode).toBe(2);
});

it('names the bugs there are when asked for another', () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [path.join(checkout, 'scripts/demo.ts'), '--bug', '99'],
    { encoding: 'utf8' },
  );
  expect(status).toBe(2);
  expect(stderr).toMatch(/^no such bug; there are cellar\/01-.*, pennybook\/06-[\w-]+\n$/);
});
