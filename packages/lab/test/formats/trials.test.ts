import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { EXPORT_FORMATS, type ExportChoice } from '../../src/formats/exports.ts';
import { asPathPart } from '../../src/formats/out-file.ts';
import { readPredictions } from '../../src/formats/trials/predictions.ts';
import { gradedExperiment, PATCH } from './graded.ts';
import { solved, temporaryFolder, temporaryStore } from './support.ts';

type Experiment = ReturnType<typeof gradedExperiment>;

async function written(
  name: string,
  store: Parameters<typeof gradedExperiment>[0],
  experiment: Experiment,
  choice: Partial<ExportChoice> = {},
): Promise<Record<string, string>> {
  const format = EXPORT_FORMATS.find((each) => each.name === name)!;
  const files: Record<string, string> = {};
  for (const { path, pieces } of format.experiment!(store, experiment, { heddle: '0.1.0', ...choice })) {
    let text = '';
    for await (const piece of pieces())
      text += typeof piece === 'string' ? piece : Buffer.from(piece).toString('latin1');
    files[path] = text;
  }
  return files;
}

const linesIn = (text: string | undefined) =>
  (text ?? '')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** Trials come in the order of work, which is a fair mixture. */
function sorted(records: Record<string, unknown>[], ...by: string[]): Record<string, unknown>[] {
  const key = (record: Record<string, unknown>) => by.map((name) => String(record[name])).join(' ');
  return records.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

describe('an experiment', () => {
  it('is a table of trials, the same as CSV and as lines', async () => {
    const store = temporaryStore();
    const experiment = gradedExperiment(store);
    const [csv] = Object.values(await written('csv', store, experiment));
    const [jsonl] = Object.values(await written('jsonl', store, experiment));
    const rows = parseCsv(csv!, { columns: true }) as Record<string, string>[];
    const records = linesIn(jsonl);
    expect(rows).toHaveLength(12);
    expect(rows).toEqual(
      records.map((record) =>
        Object.fromEntries(
          Object.entries(record).map(([name, value]) => [name, value === null ? '' : String(value)]),
        ),
      ),
    );
    expect(records.find(({ instance }) => instance === 'zeta__lib-1')).toMatchObject({
      cluster: 'zeta/lib, "the"',
      resolved: null,
      infra_class: 'machine',
      'score.diff': 1,
    });
  });

  it('is what eval-arena reads: solved of tried, and nothing where nothing is known', async () => {
    const store = temporaryStore();
    const [text] = Object.values(await written('eval-arena', store, gradedExperiment(store)));
    expect(sorted(linesIn(text), 'example_id', 'model')).toEqual(
      ['acme__app-1', 'acme__app-2'].flatMap((example_id) =>
        ['other', 'solo'].map((model) => {
          const correct = example_id === 'acme__app-1' ? 2 : 0;
          return expect.objectContaining({
            benchmark_id: 'SWE-bench_Lite',
            model,
            example_id,
            pass1: correct / 2,
            correct,
            count: 2,
          });
        }),
      ),
    );
  });

  it('is predictions of one attempt, a file for each agent, with nothing else in them', async () => {
    const store = temporaryStore();
    const experiment = gradedExperiment(store);
    const files = await written('predictions', store, experiment);
    expect(Object.keys(files)).toEqual(['solo.jsonl', 'other.jsonl']);
    expect(sorted(linesIn(files['solo.jsonl']), 'instance_id')).toEqual([
      { instance_id: 'acme__app-1', model_name_or_path: 'solo', model_patch: PATCH },
      { instance_id: 'acme__app-2', model_name_or_path: 'solo', model_patch: '' },
      { instance_id: 'zeta__lib-1', model_name_or_path: 'solo', model_patch: PATCH },
    ]);
    const second = await written('predictions', store, experiment, { agent: 'solo', attempt: 2 });
    expect(sorted(linesIn(second['solo.jsonl']), 'instance_id')[1]).toMatchObject({ model_patch: PATCH });
    await expect(written('predictions', store, experiment, { agent: 'nobody' })).rejects.toThrow('nobody');
  });

  it('is a submission folder', async () => {
    const { store, rollout } = await solved();
    const experiment = gradedExperiment(store, rollout, { only: 'solo' });
    const all = await written('submission', store, experiment).catch(() => ({}));
    // Trials whose journals are not here have no trajectory to hand in.
    expect(all).toEqual({});
    for (const trial of store.experiments.trials(experiment.experiment))
      if (trial.rollout !== rollout) store.create({ rollout: trial.rollout!, parent: null, createdAt: 1 });
    const format = EXPORT_FORMATS.find(({ name }) => name === 'submission')!;
    const files = [...format.experiment!(store, experiment, { heddle: '0.1.0' })];
    const [folder] = files[0]!.path.split('/metadata');
    expect(folder).toMatch(/^evaluation\/lite\/\d{8}_solo$/);
    const textOf = async (path: string) => {
      let text = '';
      for await (const piece of files.find((file) => file.path === `${folder}/${path}`)!.pieces())
        text += piece;
      return text;
    };
    expect(parseYaml(await textOf('metadata.yaml'))).toMatchObject({
      info: { name: 'solo' },
      tags: { checked: false, model: ['acme/large-1'], system: { attempts: '1' } },
      assets: { logs: 'logs', trajs: 'trajs' },
    });
    expect(JSON.parse(await textOf('results/results.json'))).toEqual({
      no_generation: ['acme__app-2'],
      no_logs: ['zeta__lib-1'],
      resolved: ['acme__app-1'],
    });
    expect(linesIn(await textOf('all_preds.jsonl'))).toHaveLength(3);
    expect(JSON.parse(await textOf('logs/acme__app-1/report.json'))).toEqual({
      'acme__app-1': {
        patch_is_None: false,
        patch_exists: true,
        patch_successfully_applied: true,
        resolved: true,
        infra_failure: false,
        tests_status: {
          FAIL_TO_PASS: { success: ['t1'], failure: [] },
          PASS_TO_PASS: { success: ['t2'], failure: [] },
          FAIL_TO_FAIL: { success: [], failure: [] },
          PASS_TO_FAIL: { success: [], failure: [] },
        },
      },
    });
    // As that harness does for a run that could not be made.
    expect(files.some(({ path }) => path.endsWith('logs/zeta__lib-1/report.json'))).toBe(false);
    expect(await textOf('logs/acme__app-1/patch.diff')).toBe(PATCH);
    expect(JSON.parse(await textOf('trajs/acme__app-1.json'))).toMatchObject({ schema_version: 'ATIF-v1.7' });
  });

  it("is Aider's results, a file for each exercise", async () => {
    const store = temporaryStore();
    const files = await written('aider', store, gradedExperiment(store, 'r-0', { only: 'solo' }));
    expect(Object.keys(files).sort()).toEqual([
      'solo--attempt-1/acme__app-1/.aider.results.json',
      'solo--attempt-1/acme__app-2/.aider.results.json',
      'solo--attempt-2/acme__app-1/.aider.results.json',
      'solo--attempt-2/acme__app-2/.aider.results.json',
    ]);
    expect(JSON.parse(files['solo--attempt-1/acme__app-1/.aider.results.json']!)).toMatchObject({
      testcase: 'acme__app-1',
      tests_outcomes: [true],
      cost: 0.25,
    });
  });

  it('is trajectories and logs of those trials that have a journal', async () => {
    const { store, rollout } = await solved();
    const experiment = gradedExperiment(store, rollout);
    for (const name of ['atif', 'adp']) {
      const [text] = Object.values(await written(name, store, experiment));
      expect(linesIn(text)).toHaveLength(1);
    }
    const logs = await written('inspect-json', store, experiment);
    expect(Object.keys(logs)).toEqual(['solo.json', 'other.json']);
    expect(JSON.parse(logs['solo.json']!)).toMatchObject({
      status: 'success',
      eval: { task: 'SWE-bench_Lite', model: 'acme/large-1', config: { epochs: 2 } },
      samples: [{ id: 'acme__app-1', epoch: 1, scores: { resolved: { value: 'C' }, diff: { value: 1 } } }],
    });
  });
});

describe('predictions', () => {
  const of = (text: string) => {
    const path = join(temporaryFolder(), 'preds');
    writeFileSync(path, text);
    return () => [...readPredictions(path)];
  };

  it('are read as lines, as a list and as a map alike', () => {
    const prediction = fc.record({
      instance_id: fc.stringMatching(/^[a-z]{1,8}__[a-z]{1,8}-\d{1,4}$/),
      model_name_or_path: fc.string({ minLength: 1 }),
      model_patch: fc.option(fc.string({ unit: 'grapheme' }), { nil: null }),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(prediction, { minLength: 1, selector: ({ instance_id }) => instance_id }),
        (all) => {
          const lines = all.map((each) => JSON.stringify(each)).join('\n');
          const map = Object.fromEntries(all.map((each) => [each.instance_id, each]));
          expect(of(lines)()).toEqual(all);
          expect(of(`${JSON.stringify(all, null, 2)}\n`)()).toEqual(all);
          expect(of(JSON.stringify(all))()).toEqual(all);
          expect(of(JSON.stringify(map))()).toEqual(all);
          expect(of(JSON.stringify(map, null, 4))()).toEqual(all);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are refused with the place of what is wrong', () => {
    const line = JSON.stringify({ instance_id: 'a', model_patch: '' });
    expect(of(`${line}\n${line}`)).toThrow('line 2 cannot be read: a second prediction for a');
    expect(of(`${line}\n{`)).toThrow('line 2 cannot be read: it is no JSON object');
    expect(of(`${line}\n{"model_patch":1}`)).toThrow('line 2 cannot be read: instance_id');
    expect(of('')).toThrow('it is empty');
    expect(of('7')).toThrow('neither a list nor a map');
  });
});

it('a name never leads out of its folder', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('.', '/', '\\', 'a', ' ', '\0', 'ü') }), (name) => {
      const part = asPathPart(name);
      expect(part).not.toMatch(/[/\\\0]|^\.{1,2}$|^$/);
    }),
  );
});
