import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { heddle, temporaryFolder } from './support.ts';

const GOLD = `diff --git a/sum.sh b/sum.sh
--- a/sum.sh
+++ b/sum.sh
@@ -1 +1 @@
-echo $(($1 - $2))
+echo $(($1 + $2))
`;

const instance = (id: string) => ({
  id,
  cluster: 'sums',
  statement: 'wrong sums',
  files: { kind: 'inline', files: { 'sum.sh': 'echo $(($1 - $2))\n' } },
  checks: [],
  grading: {
    kind: 'tests',
    testPatch: '',
    files: {},
    command: '[ "$(bash sum.sh 1 2)" = 3 ]',
    timeoutSeconds: 60,
    parser: 'exit-code',
    failToPass: ['tests'],
    passToPass: [],
  },
  gold: GOLD,
  environment: null,
  meta: {},
});

test('grade writes reports as SWE-bench does, goes on, and says what cannot be read', async () => {
  const folder = temporaryFolder();
  const dataset = join(folder, 'sums.jsonl');
  writeFileSync(
    dataset,
    `${JSON.stringify(instance('a__sum-1'))}\n${JSON.stringify(instance('a__sum-2'))}\n`,
  );
  const predictions = join(folder, 'preds.jsonl');
  const prediction = { instance_id: 'a__sum-1', model_name_or_path: 'me/model', model_patch: GOLD };
  writeFileSync(predictions, JSON.stringify(prediction));
  const output = join(folder, 'out');
  const options = { cwd: folder, home: join(folder, 'home') };
  const args = ['grade', predictions, '--dataset', dataset, '--output', output];
  const first = await heddle(args, options);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr).toMatch(/1\/1 a__sum-1: resolved \(\d+\.\d s\)/);
  const inFolder = (name: string) => join(output, 'logs/run_evaluation/preds/me__model/a__sum-1', name);
  const report = JSON.parse(readFileSync(inFolder('report.json'), 'utf8'));
  expect(report['a__sum-1']).toMatchObject({ resolved: true, patch_successfully_applied: true });
  for (const name of ['test_output.txt', 'patch.diff', 'eval.sh', 'run_instance.log'])
    expect(existsSync(inFolder(name))).toBe(true);
  const summary = JSON.parse(readFileSync(join(output, 'me__model.preds.json'), 'utf8'));
  expect(summary).toMatchObject({
    schema_version: 2,
    resolved_ids: ['a__sum-1'],
    incomplete_ids: ['a__sum-2'],
  });
  expect((await heddle(args, options)).stderr).toContain('1/1 a__sum-1: resolved (kept)');
  const empty = await heddle(['grade', 'empty', '--dataset', dataset, '--output', output, '--json'], options);
  expect(JSON.parse(empty.stdout).rows).toMatchObject([{ instances: 2, resolved: 0, unresolved: 2 }]);
  const wrong = await heddle(['grade', 'nowhere.jsonl', '--dataset', dataset], options);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expect(wrong.stderr).toContain('nowhere.jsonl');
});
