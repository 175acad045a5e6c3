import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readDataset } from '../../packages/lab/src/datasets/registry.ts';
import { selectInstances } from '../../packages/lab/src/datasets/select.ts';
import { type Graded, gradeAll } from '../../packages/lab/src/harness/grade-all.ts';
import { type GradingRow, gradingCensus } from '../../packages/lab/src/harness/grading-census.ts';
import { readPredictions } from '../../packages/lab/src/harness/predictions.ts';
import { RunFolder } from '../../packages/lab/src/harness/run-folder.ts';
import { tableOf } from '../table.ts';

/**
 * How sound a SWE-bench dataset is in local environments: every task graded with its gold patch and with none. Prints a
 * census by repository and the tasks that are not sound. What was graded is kept below `--work`; run again, it goes on.
 *
 *   node bench/swe/environments.ts ENVIRONMENTS
 *   npm run bench:swe -- --records lite.jsonl --clones CLONES --environments ENVIRONMENTS/environments.json
 *     [--only 'django*'] [--parallel 2] [--work DIR] [--skip empty]
 */
const { values } = parseArgs({
  options: {
    records: { type: 'string' },
    clones: { type: 'string' },
    environments: { type: 'string' },
    only: { type: 'string', multiple: true, default: [] },
    skip: { type: 'string', multiple: true, default: [] },
    parallel: { type: 'string', default: '2' },
    work: { type: 'string', default: join(homedir(), '.cache', 'heddle-bench-swe') },
  },
});
if (values.records === undefined || values.clones === undefined) {
  process.stderr.write('give --records FILE and --clones DIR\n');
  process.exit(2);
}
const work = resolve(values.work);
const whole = await readDataset(resolve(values.records), {
  format: 'swe-bench',
  clones: resolve(values.clones),
  ...(values.environments && { environments: resolve(values.environments) }),
});
const dataset = await selectInstances(whole, { select: values.only });
for (const note of dataset.notes) process.stderr.write(`${note}\n`);

const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const runs = ['gold', 'empty'].filter((name) => !values.skip.includes(name));
const results = new Map<string, Graded[]>();
for (const name of runs) {
  const folder = new RunFolder(work, 'census');
  folder.begin(dataset, values.records);
  const predictions = readPredictions(name, dataset);
  const graded = await gradeAll(dataset, predictions, {
    home: join(work, 'home'),
    parallel: Number(values.parallel),
    folder,
    runEmpty: true,
    signal: stop.signal,
    onGraded: ({ prediction, verdict, kept }, done, of) => {
      if (kept) return;
      const outcome = verdict.infra?.code ?? (verdict.resolved ? 'resolved' : 'not resolved');
      process.stderr.write(
        `${name} ${done}/${of} ${prediction.instance_id} ${outcome} ${verdict.seconds.toFixed(1)} s\n`,
      );
    },
  });
  folder.summarise(dataset, graded);
  results.set(name, graded);
}

console.log(`${dataset.name}, ${dataset.instances.length} tasks, ${process.arch}, Node ${process.version}\n`);
console.log(
  tableOf(
    [...results].flatMap(([name, graded]) => gradingCensus(dataset, graded).map((row) => line(name, row))),
  ),
);
for (const [name, graded] of results) {
  const odd = graded.filter(({ verdict }) => verdict.resolved !== (name === 'gold'));
  if (odd.length > 0 && (name === 'gold' || odd.some(({ verdict }) => verdict.resolved === true))) {
    console.log(`\n${name === 'gold' ? 'Not resolved by its gold patch' : 'Resolved by nothing'}:`);
    for (const { prediction, verdict } of odd) {
      if (name === 'empty' && verdict.resolved !== true) continue;
      const { FAIL_TO_PASS, PASS_TO_PASS } = verdict.tests ?? {};
      const failing = [...(FAIL_TO_PASS?.failure ?? []), ...(PASS_TO_PASS?.failure ?? [])];
      console.log(
        `- ${prediction.instance_id}: ${verdict.infra?.message ?? `${failing.length} failing: ${failing.slice(0, 3).join('; ')}`}`,
      );
    }
  }
}

function line(patch: string, row: GradingRow): Record<string, string | number> {
  const infra = Object.entries(row.infra).map(([name, count]) => `${count} ${name}`);
  return {
    repository: row.cluster,
    patch,
    tasks: row.instances,
    resolved: row.resolved,
    'not resolved': row.unresolved,
    'no verdict': infra.length === 0 ? '0' : infra.join(', '),
    'median s': row.medianSeconds.toFixed(1),
    'slowest s': row.slowestSeconds.toFixed(0),
  };
}
