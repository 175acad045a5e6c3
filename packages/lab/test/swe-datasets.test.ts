import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readDataset } from '../src/datasets/registry.ts';
import { reversedPatch } from '../src/datasets/reversed-patch.ts';
import { gradeAll } from '../src/harness/grade-all.ts';
import { gradingCensus } from '../src/harness/grading-census.ts';
import { readPredictions } from '../src/harness/predictions.ts';
import { RunFolder } from '../src/harness/run-folder.ts';

let folder: string;
let base: string;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    cwd: join(folder, 'clones/owner__sum'),
    encoding: 'utf8',
  }).trim();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-swe-'));
  mkdirSync(join(folder, 'clones/owner__sum'), { recursive: true });
  git('init', '-q');
  writeFileSync(join(folder, 'clones/owner__sum/sum.sh'), 'echo $(($1 - $2))\n');
  git('add', '-A');
  git('commit', '-qm', 'base');
  base = git('rev-parse', 'HEAD');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const change = (from: string, to: string) => `diff --git a/sum.sh b/sum.sh
--- a/sum.sh
+++ b/sum.sh
@@ -1 +1 @@
-${from}
+${to}
`;
const FIX = change('echo $(($1 - $2))', 'echo $(($1 + $2))');
const TESTS = `diff --git a/test.sh b/test.sh
new file mode 100644
--- /dev/null
+++ b/test.sh
@@ -0,0 +1 @@
+[ "$(bash sum.sh 1 2)" = 3 ] && echo "PASSED t::adds" || { echo "FAILED t::adds"; exit 1; }
`;

const record = (rest: object = {}) => ({
  repo: 'owner/sum',
  instance_id: 'owner__sum-1',
  base_commit: base,
  patch: FIX,
  test_patch: TESTS,
  problem_statement: 'wrong sums',
  hints_text: '',
  created_at: '2020-01-01T00:00:00Z',
  version: '1.0',
  FAIL_TO_PASS: '["t::adds"]',
  PASS_TO_PASS: '[]',
  ...rest,
});

function write(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

const options = () => ({
  clones: join(folder, 'clones'),
  settings: {
    commands: write('commands.json', { 'owner/sum': { command: 'bash test.sh', parser: 'pytest' } }),
  },
});

test('old records, with lists as text or as lists, graded with gold and with nothing, and gone on with', async () => {
  const path = write(
    'lite.jsonl',
    `${JSON.stringify(record())}\n${JSON.stringify(record({ instance_id: 'owner__sum-2', FAIL_TO_PASS: ['t::adds'], PASS_TO_PASS: [] }))}\n`,
  );
  const dataset = await readDataset(path, options());
  expect(dataset).toMatchObject({ name: 'lite', format: 'swe-bench', notes: [] });
  const runs = new RunFolder(join(folder, 'runs'), 'first');
  const all = (name: string) =>
    gradeAll(dataset, readPredictions(name, dataset), {
      home: join(folder, 'home'),
      parallel: 2,
      folder: runs,
      runEmpty: true,
    });
  const gold = await all('gold');
  expect(gold.map(({ verdict, kept }) => [verdict.resolved, kept])).toEqual([
    [true, false],
    [true, false],
  ]);
  expect((await all('empty')).map(({ verdict }) => verdict.resolved)).toEqual([false, false]);
  const again = await all('gold');
  expect(again.map(({ kept }) => kept)).toEqual([true, true]);
  expect(again.map(({ verdict }) => verdict)).toEqual(gold.map(({ verdict }) => verdict));
  expect(gradingCensus(dataset, again)).toMatchObject([
    { cluster: 'owner/sum', instances: 2, resolved: 2, infra: {} },
  ]);
});

test('what is not there is left out and said', async () => {
  const path = write('two.json', [
    record(),
    record({ instance_id: 'other__x-1', repo: 'pallets/flask' }),
    record({ instance_id: 'other__y-1', repo: 'other/y' }),
  ]);
  const { instances, notes } = await readDataset(path, options());
  expect(instances.map(({ id }) => id)).toEqual(['owner__sum-1']);
  expect(notes).toEqual([
    expect.stringContaining('1 left out: no clone of pallets/flask below'),
    expect.stringContaining('1 left out: no test command is known for other/y'),
  ]);
});

test('commands and directives by repository, environments by the most specific name', async () => {
  mkdirSync(join(folder, 'clones/django/django'), { recursive: true });
  execFileSync('git', ['init', '-q', join(folder, 'clones/django/django')]);
  const patch =
    TESTS.replaceAll('test.sh', 'tests/forms/test_x.py') +
    TESTS.replaceAll('test.sh', 'tests/forms/data.json');
  const django = record({
    repo: 'django/django',
    instance_id: 'django__django-1',
    test_patch: patch,
    version: '4.2',
  });
  const environments = write('environments.json', {
    py: { name: 'py', path: ['bin'], variables: { A: '1' } },
    'django/django': 'nowhere',
    'django/django@4.2': 'py',
  });
  const { instances } = await readDataset(write('d.json', [django]), { ...options(), environments });
  expect(instances[0]!.grading.command).toMatch(
    /runtests\.py --verbosity 2 --settings=test_sqlite --parallel 1 forms\.test_x$/,
  );
  expect(instances[0]!.environment).toEqual({
    name: 'py',
    path: [join(folder, 'bin')],
    variables: { A: '1' },
  });
  const missing = readDataset(write('e.json', [{ ...django, version: '3.0' }]), {
    ...options(),
    environments,
  });
  await expect(missing).rejects.toMatchObject({ code: 'environments-unreadable' });
});

test('with images: their names, and the record’s own script with the tests’ exit code', async () => {
  const script =
    "#!/bin/bash\nset -x\n: '>>>>> Start Test Output'\npytest -rA\n: '>>>>> End Test Output'\ngit checkout x\n";
  const path = write('five.json', [
    record({ eval_script: script, log_parser: 'parse_log_pytest', eval_type: 'pass_and_fail' }),
    record({ instance_id: 'pallets__flask-9', repo: 'pallets/flask' }),
  ]);
  const { instances } = await readDataset(path, { images: true });
  expect(instances.map(({ files }) => files)).toEqual([
    { kind: 'image', image: 'swebench/sweb.eval.x86_64.owner_1776_sum-1:latest', path: '/testbed' },
    { kind: 'image', image: 'swebench/sweb.eval.x86_64.pallets_1776_flask-9:latest', path: '/testbed' },
  ]);
  expect(instances[0]!.grading).toMatchObject({ testPatch: '', parser: 'pytest' });
  expect(instances[0]!.grading.command).toContain(
    'HEDDLE_EXIT=$?\n: \'>>>>> End Test Output\'\necho ">>>>> Test Exit Code: $HEDDLE_EXIT"',
  );
  const local = await readDataset(path, { images: true, settings: { registry: 'none' } });
  expect(local.instances[0]!.environment?.name).toBe('sweb.eval.x86_64.owner__sum-1:latest');
  const clones = await readDataset(path, { clones: join(folder, 'clones') });
  expect(clones.instances[0]!.grading).toMatchObject({ command: 'pytest -rA', testPatch: TESTS });
});

test('the task folder of 5.0', async () => {
  const top = join(folder, 'tasks5');
  const task = join(top, 'tasks/owner__sum-1');
  mkdirSync(join(task, 'test_assets'), { recursive: true });
  writeFileSync(join(top, 'sweb.yaml'), 'datasets: [x]\nsplits: [test]\n');
  const {
    patch,
    test_patch,
    problem_statement,
    FAIL_TO_PASS: _,
    PASS_TO_PASS: __,
    hints_text: ___,
    ...short
  } = record();
  writeFileSync(
    join(task, 'task.yaml'),
    JSON.stringify({ ...short, split: 'test', log_parser: 'parse_log_pytest', eval_type: 'fail_only' }),
  );
  writeFileSync(join(task, 'tests.json'), '{"FAIL_TO_PASS": ["t::adds"], "PASS_TO_PASS": []}');
  writeFileSync(join(task, 'gold.patch'), patch);
  writeFileSync(join(task, 'test.patch'), test_patch);
  writeFileSync(join(task, 'problem_statement.md'), problem_statement);
  writeFileSync(
    join(task, 'eval.sh'),
    ": '>>>>> Start Test Output'\nbash test.sh\n: '>>>>> End Test Output'\n",
  );
  const { instances } = await readDataset(top, { clones: join(folder, 'clones') });
  expect(instances).toMatchObject([
    {
      id: 'owner__sum-1',
      gold: FIX,
      statement: 'wrong sums',
      grading: { command: 'cp -R "$TEST_ASSETS"/. .\nbash test.sh', evalType: 'fail_only' },
      environment: { variables: { TEST_ASSETS: join(task, 'test_assets') } },
    },
  ]);
  const other = readDataset(top, { clones: join(folder, 'clones'), settings: { split: 'dev' } });
  await expect(other).rejects.toMatchObject({ code: 'dataset-unreadable' });
});

test('what is wrong is told with its place', async () => {
  const path = write(
    'bad.jsonl',
    `${JSON.stringify(record())}\n${JSON.stringify(record({ instance_id: 'b', FAIL_TO_PASS: 'no list' }))}\n`,
  );
  await expect(readDataset(path, options())).rejects.toMatchObject({
    code: 'dataset-unreadable',
    message: expect.stringContaining('bad.jsonl:2: FAIL_TO_PASS'),
  });
  const dataset = await readDataset(write('one.json', [record()]), options());
  const predictions = write('preds.json', { 'owner__sum-7': { model_name_or_path: 'm', model_patch: '' } });
  expect(() => readPredictions(predictions, dataset)).toThrow(
    expect.objectContaining({ code: 'unknown-instance' }),
  );
});

test('Multi-SWE-bench records', async () => {
  const passed = { run: 'PASS', test: 'PASS', fix: 'PASS' };
  const path = write(
    'multi.jsonl',
    JSON.stringify({
      org: 'owner',
      repo: 'sum',
      number: 1,
      state: 'closed',
      title: 'fix',
      body: 'b',
      base: { label: 'l', ref: 'main', sha: base },
      resolved_issues: [{ number: 3, title: 'wrong sums', body: 'see' }],
      fix_patch: FIX,
      test_patch: TESTS,
      lang: 'c',
      fixed_tests: { 't::adds': { ...passed, test: 'FAIL' } },
      p2p_tests: { 't::other': passed },
    }),
  );
  const { instances, format } = await readDataset(path, options());
  expect(format).toBe('multi-swe-bench');
  expect(instances).toMatchObject([
    {
      id: 'owner__sum-1',
      statement: 'wrong sums\n\nsee',
      files: { kind: 'commit', commit: base },
      grading: { failToPass: ['t::adds'], passToPass: ['t::other'] },
      meta: { language: 'c' },
    },
  ]);
});

test('SWE-smith: the bug is part of the files, the solution takes it back', async () => {
  const bug = change('echo $(($1 - $2))', 'echo $(($1 * $2))');
  expect(reversedPatch(reversedPatch(bug))).toBe(bug);
  const path = write(
    'smith.jsonl',
    JSON.stringify({
      instance_id: 'owner__sum.1.x',
      repo: 'owner/sum',
      patch: bug,
      FAIL_TO_PASS: ['t::minus'],
      PASS_TO_PASS: [],
      image_name: 'i',
      problem_statement: 'p',
    }),
  );
  const commands = write('smith-commands.json', {
    'owner/sum': {
      command: '[ "$(bash sum.sh 3 2)" = 1 ] && echo PASSED t::minus || { echo FAILED t::minus; exit 1; }',
      parser: 'pytest',
    },
  });
  const dataset = await readDataset(path, { clones: join(folder, 'clones'), settings: { commands } });
  const graded = async (name: string) => {
    const runs = new RunFolder(join(folder, 'runs'), 'smith');
    const [one] = await gradeAll(dataset, readPredictions(name, dataset), {
      home: join(folder, 'home'),
      parallel: 1,
      folder: runs,
      runEmpty: true,
    });
    return one!.verdict.resolved;
  };
  expect([await graded('gold'), await graded('empty')]).toEqual([true, false]);
});
