import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grade } from '../../src/harness/grade.ts';
import { seal } from '../../src/harness/seal.ts';
import type { Instance, TestGrading } from '../../src/instance.ts';

let folder: string;
let home: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-grade-'));
  home = join(folder, 'home');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SUM = 'add() { echo $(($1 - $2)); }\n';

const GOLD = `diff --git a/sum.sh b/sum.sh
--- a/sum.sh
+++ b/sum.sh
@@ -1 +1 @@
-add() { echo $(($1 - $2)); }
+add() { echo $(($1 + $2)); }
`;

const TEST_PATCH = `diff --git a/test.sh b/test.sh
new file mode 100644
--- /dev/null
+++ b/test.sh
@@ -0,0 +1,5 @@
+. ./sum.sh
+check() { if [ "$1" = "$2" ]; then echo "PASSED test.sh::$3"; else echo "FAILED test.sh::$3 - $1"; bad=1; fi; }
+check "$(add 2 3)" 5 adds
+check "$(add 2 0)" 2 zero
+exit \${bad:-0}
`;

function instanceOf(grading: Partial<TestGrading> = {}, rest: Partial<Instance> = {}): Instance {
  return {
    id: 'owner__sum-1',
    cluster: 'owner/sum',
    statement: 'add subtracts',
    files: { kind: 'inline', files: { 'sum.sh': SUM } },
    checks: [],
    grading: {
      kind: 'tests',
      testPatch: TEST_PATCH,
      files: {},
      command: 'bash test.sh',
      timeoutSeconds: 60,
      parser: 'pytest',
      failToPass: ['test.sh::adds'],
      passToPass: ['test.sh::zero'],
      ...grading,
    },
    gold: GOLD,
    environment: null,
    meta: {},
    ...rest,
  };
}

let count = 0;
const options = () => ({ home, id: `grade-${++count}` });

test('the gold patch resolves, no patch does not, and an empty one is not run', async () => {
  const gold = await grade(instanceOf(), GOLD, options());
  expect(gold).toMatchObject({ resolved: true, reward: 1, patch: 'applied', infra: null });
  expect(gold.tests?.FAIL_TO_PASS).toEqual({ success: ['test.sh::adds'], failure: [] });
  const nothing = await grade(instanceOf(), '', { ...options(), runEmpty: true });
  expect(nothing).toMatchObject({ resolved: false, reward: 0, patch: 'empty', infra: null });
  expect(nothing.tests?.PASS_TO_PASS).toEqual({ success: ['test.sh::zero'], failure: [] });
  expect(await grade(instanceOf(), ' \n', options())).toMatchObject({
    resolved: false,
    tests: null,
    output: '',
  });
});

test('tests that the patch wrote are replaced by the instance’s own', async () => {
  const cheat = `diff --git a/test.sh b/test.sh
new file mode 100644
--- /dev/null
+++ b/test.sh
@@ -0,0 +1,2 @@
+echo PASSED test.sh::adds
+echo PASSED test.sh::zero
`;
  expect(await grade(instanceOf(), cheat, options())).toMatchObject({ resolved: false, patch: 'applied' });
});

test('a patch that does not apply is the author’s failure; one with moved lines applies', async () => {
  const wrong = GOLD.replace('-add() { echo $(($1 - $2)); }', '-nothing like this');
  const refused = await grade(instanceOf(), wrong, options());
  expect(refused).toMatchObject({ resolved: false, patch: 'not-applicable', infra: null, tests: null });
  const loose = GOLD.replace('@@ -1 +1 @@', '@@ -1,2 +1,2 @@').concat(' no such line\n');
  expect(await grade(instanceOf(), loose, options())).toMatchObject({ resolved: true });
});

test('a log without tests is the patch’s failure if the gold patch leaves one with tests', async () => {
  const silent = GOLD.replace('+add() { echo $(($1 + $2)); }', '+exit 0');
  expect(await grade(instanceOf(), silent, options())).toMatchObject({ resolved: false, infra: null });
  const broken = instanceOf({ command: 'true' });
  const unknown = { resolved: null, reward: null, infra: { class: 'grader', code: 'tests-never-began' } };
  expect(await grade(broken, silent, options())).toMatchObject(unknown);
  expect(await grade(broken, GOLD, options())).toMatchObject(unknown);
});

test('a patch that makes the tests hang has failed; tests that hang anyway are the environment’s fault', async () => {
  const hangs = GOLD.replace('+add() { echo $(($1 + $2)); }', '+sleep 600');
  const verdict = await grade(instanceOf({ timeoutSeconds: 2 }), hangs, options());
  expect(verdict).toMatchObject({ resolved: false, infra: null, tests: null });
  expect(verdict.output).toMatch(/Timeout error: 2 seconds exceeded\.$/);
  const slow = await grade(instanceOf({ timeoutSeconds: 1, command: 'sleep 600' }), hangs, options());
  expect(slow).toMatchObject({ resolved: null, infra: { class: 'environment', code: 'tests-too-slow' } });
});

test('an environment brings programs, variables and set-up; a set-up that fails is its own fault', async () => {
  const tools = join(folder, 'tools');
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, 'runs'), '#!/bin/sh\n. ./made.sh && bash test.sh\n', { mode: 0o755 });
  const environment = {
    name: 'local',
    shown: [tools],
    path: [tools],
    variables: { WHAT: 'it is' },
    setup: ['echo true > made.sh'],
  };
  const instance = instanceOf({ command: '[ "$WHAT" = "it is" ] && runs' }, { environment });
  expect(await grade(instance, GOLD, options())).toMatchObject({ resolved: true });
  const broken = instanceOf({}, { environment: { name: 'broken', setup: ['exit 3'] } });
  const fault = { class: 'environment', code: 'setup-failed' };
  expect(await grade(broken, GOLD, options())).toMatchObject({ resolved: null, infra: fault });
});

test('by exit code alone, with files written over the agent’s', async () => {
  const instance = instanceOf({
    testPatch: '',
    files: { 'check/t.sh': '. ./sum.sh\n[ "$(add 1 1)" = 2 ]\n' },
    command: 'bash check/t.sh',
    parser: 'exit-code',
    failToPass: ['tests'],
    passToPass: [],
  });
  expect(await grade(instance, GOLD, options())).toMatchObject({ resolved: true });
  expect(await grade(instance, '', { ...options(), runEmpty: true })).toMatchObject({ resolved: false });
});

test('by the reward that the instance’s own grader writes', async () => {
  const tests = join(folder, 'harbor');
  mkdirSync(tests, { recursive: true });
  writeFileSync(
    join(tests, 'test.sh'),
    '. ./sum.sh\n[ "$(add 2 3)" = 5 ] && r=1 || r=0.25\necho $r > "$VERIFIER_LOGS_DIR/reward.txt"\n',
  );
  const grading = {
    kind: 'reward',
    tests,
    command: 'bash "$TESTS_DIR/test.sh"',
    timeoutSeconds: 60,
    resolvedFrom: 1,
  } as const;
  const instance = { ...instanceOf(), grading };
  expect(await grade(instance, GOLD, options())).toMatchObject({ resolved: true, reward: 1 });
  const nothing = await grade(instance, '', { ...options(), runEmpty: true });
  expect(nothing).toMatchObject({ resolved: false, reward: 0.25 });
});

test('a sealed place has one commit, the same for the same files, and none of the clone’s other objects', async () => {
  const clone = join(folder, 'clone');
  mkdirSync(join(clone, 'lib'), { recursive: true });
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
      cwd: clone,
      encoding: 'utf8',
    }).trim();
  git('init', '-q');
  writeFileSync(join(clone, 'lib/a.txt'), 'one\n');
  writeFileSync(join(clone, 'secret.txt'), 'hidden\n');
  writeFileSync(join(clone, '.gitattributes'), 'lib export-ignore\n');
  git('add', '-A');
  git('commit', '-qm', 'base');
  const base = git('rev-parse', 'HEAD');
  writeFileSync(join(clone, 'lib/a.txt'), 'fixed\n');
  git('commit', '-qam', 'the fix');
  const later = git('rev-parse', 'HEAD:lib/a.txt');
  const source = { kind: 'commit', repository: clone, commit: base, hidden: ['secret.*'] } as const;
  const [one, again] = await Promise.all([seal(source, home), seal(source, home)]);
  expect(again).toEqual(one);
  expect((await seal(source, join(folder, 'another home'))).commit).toBe(one.commit);
  const inside = (...args: string[]) =>
    execFileSync('git', args, { cwd: one.folder, encoding: 'utf8' }).trim();
  expect(readdirSync(one.folder).sort()).toEqual(['.git', '.gitattributes', 'lib']);
  expect(inside('rev-list', '--all', '--count')).toBe('1');
  expect(inside('status', '--porcelain')).toBe('');
  expect(inside('remote')).toBe('');
  expect(() =>
    execFileSync('git', ['cat-file', '-e', later], { cwd: one.folder, stdio: 'ignore' }),
  ).toThrow();
});

test('a clone or commit that is not there is the user’s to mend', async () => {
  const source = { kind: 'commit', repository: join(folder, 'nowhere'), commit: 'abc' } as const;
  await expect(seal(source, home)).rejects.toMatchObject({ code: 'no-such-clone' });
});

test('stopped while it works, a grading says so, and never that the patch does not apply', async () => {
  const stop = new AbortController();
  stop.abort(new Error('enough'));
  await expect(grade(instanceOf(), GOLD, { ...options(), signal: stop.signal })).rejects.toThrow('enough');
});
