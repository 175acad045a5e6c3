import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, digestOf } from '@heddle/core';
import * as z from 'zod/mini';
import type { Dataset } from '../dataset.ts';
import type { Instance } from '../instance.ts';
import type { InfraFault, Verdict } from '../verdict.ts';
import type { Prediction } from './predictions.ts';
import { evalScript, type InstanceReport, type Outcome, reportOf, summaryOf } from './reports.ts';

const groupSchema = z.object({ success: z.array(z.string()), failure: z.array(z.string()) });

/** Our own file beside those of the harness: what its reports cannot say, and what a run goes on from. */
const keptSchema = z.object({
  resolved: z.nullable(z.boolean()),
  reward: z.nullable(z.number()),
  patch: z.enum(['applied', 'empty', 'not-applicable']),
  tests: z.nullable(
    z.object({
      FAIL_TO_PASS: groupSchema,
      PASS_TO_PASS: groupSchema,
      FAIL_TO_FAIL: groupSchema,
      PASS_TO_FAIL: groupSchema,
    }),
  ),
  infra: z.nullable(
    z.object({
      class: z.enum(['provider', 'machine', 'sandbox', 'environment', 'grader']),
      code: z.string(),
      message: z.string(),
    }),
  ),
  seconds: z.number(),
  /** Digest over the instance: asked otherwise, or in another environment, it is graded anew. */
  instance: z.string(),
});

const VERDICT = 'verdict.json';
const OUTPUT = 'test_output.txt';

/** The folder of a run in the SWE-bench harness's layout: `logs/run_evaluation/RUN/MODEL/INSTANCE/` below `top`. */
export class RunFolder {
  readonly #top: string;
  readonly #run: string;

  constructor(top: string, run: string) {
    this.#top = top;
    this.#run = run;
  }

  get folder(): string {
    return join(this.#top, 'logs', 'run_evaluation', this.#run);
  }

  folderOf({ model_name_or_path, instance_id }: Prediction): string {
    return join(this.folder, modelFolder(model_name_or_path), instance_id);
  }

  /** What was graded, so that reports can be made again later. */
  begin(dataset: Dataset, path: string): void {
    mkdirSync(this.folder, { recursive: true });
    const file = join(this.folder, 'run.json');
    if (existsSync(file)) return;
    const what = { dataset: path, split: 'test', task_repo: null, created_at: new Date().toISOString() };
    writeFileSync(
      file,
      `${JSON.stringify({ ...what, name: dataset.name, version: dataset.version }, null, 2)}\n`,
    );
  }

  /** The verdict of an earlier run of the same patch; null: none, or one that the machine spoilt. */
  kept(instance: Instance, prediction: Prediction): Verdict | null {
    const folder = this.folderOf(prediction);
    const read = (name: string) => readOr(join(folder, name));
    try {
      const { instance: of, ...verdict } = keptSchema.parse(JSON.parse(read(VERDICT)));
      if (of !== digestOfInstance(instance)) return null;
      if (isPassing(verdict.infra) || read('patch.diff') !== (prediction.model_patch ?? '')) return null;
      return { ...verdict, output: read(OUTPUT) };
    } catch {
      return null; // none yet, or cut off while it was written: it is graded anew
    }
  }

  write(instance: Instance, prediction: Prediction, verdict: Verdict): void {
    const folder = this.folderOf(prediction);
    mkdirSync(folder, { recursive: true });
    const { output, ...rest } = verdict;
    const report = reportOf(prediction, verdict);
    const put = (name: string, text: string) => {
      writeFileSync(join(folder, `${name}.part`), text);
      renameSync(join(folder, `${name}.part`), join(folder, name));
    };
    put('patch.diff', prediction.model_patch ?? '');
    put('eval.sh', evalScript(instance));
    put(OUTPUT, output);
    put('run_instance.log', logOf(instance, verdict, report));
    if (report !== null) put('report.json', JSON.stringify({ [instance.id]: report }, null, 4));
    // Last: with it the rest is there too.
    put(VERDICT, `${JSON.stringify({ ...rest, instance: digestOfInstance(instance) }, null, 2)}\n`);
  }

  /** Writes `MODEL.RUN.json` for each model; gives the files' paths. */
  summarise(
    dataset: Dataset,
    graded: readonly { prediction: Prediction; verdict: Verdict | null }[],
  ): string[] {
    const models = [...new Set(graded.map(({ prediction }) => prediction.model_name_or_path))];
    return models.map((model) => {
      const outcomes = graded
        .filter(({ prediction }) => prediction.model_name_or_path === model)
        .map(({ prediction, verdict }): Outcome => {
          const report = verdict === null ? null : reportOf(prediction, verdict);
          return { prediction, report, log: verdict?.output ?? '' };
        });
      const file = join(this.#top, `${modelFolder(model)}.${this.#run}.json`);
      const ids = dataset.instances.map(({ id }) => id);
      writeFileSync(file, `${JSON.stringify(summaryOf(ids, outcomes), null, 4)}\n`);
      return file;
    });
  }
}

const digestOfInstance = ({ files, grading, environment }: Instance) =>
  digestOf(canonicalJson({ files, grading, environment }));

const modelFolder = (model: string) => model.replaceAll('/', '__');

/** What may go well the next time. */
const isPassing = (infra: Pick<InfraFault, 'class'> | null) =>
  infra !== null && infra.class !== 'environment' && infra.class !== 'grader';

function readOr(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

function logOf(instance: Instance, verdict: Verdict, report: InstanceReport | null): string {
  const applied = {
    applied: '>>>>> Applied Patch',
    empty: 'No patch',
    'not-applicable': '>>>>> Patch Apply Failed',
  };
  return [
    `Instance ${instance.id} in ${instance.environment?.name ?? "the machine's own environment"}`,
    applied[verdict.patch],
    `Test runtime: ${verdict.seconds.toFixed(2)} seconds`,
    ...(verdict.infra === null
      ? []
      : [`Infrastructure: ${verdict.infra.class} ${verdict.infra.code}: ${verdict.infra.message}`]),
    `report: ${JSON.stringify(report)}`,
    `Result for ${instance.id}: resolved: ${verdict.resolved}`,
    '',
  ].join('\n');
}
