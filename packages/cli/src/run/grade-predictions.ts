import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { EXIT } from '@heddle/core';
import {
  type Graded,
  type GradingRow,
  gradeAll,
  gradingCensus,
  RunFolder,
  readDataset,
  readPredictions,
  runNameOf,
  selectInstances,
} from '@heddle/lab';
import type { GradeChoice } from '../commands/grade.ts';
import { heddleHome } from '../home.ts';
import { table } from '../render/table.ts';
import { terminalOf } from '../terminal.ts';
import { datasetOptions } from './dataset-options.ts';
import { listenForInterrupt } from './interrupt.ts';
import { sandboxOption } from './sandbox-option.ts';

/** `heddle grade`. Gives the exit code. */
export async function gradePredictions(given: string, options: GradeChoice): Promise<number> {
  const say = (text: string) => options.quiet || process.stderr.write(`${text}\n`);
  const { format, select, limit } = options;
  const whole = await readDataset(options.dataset, {
    home: heddleHome(),
    ...datasetOptions(options),
    ...(format !== undefined && { format }),
  });
  const dataset = await selectInstances(whole, {
    ...(select !== undefined && { select }),
    ...(limit !== undefined && { limit }),
  });
  for (const note of dataset.notes) say(`note: ${note}`);
  const predictions = readPredictions(given, dataset);
  const run = options.run ?? runNameOf(given);
  const folder = new RunFolder(resolve(options.output), run);
  folder.begin(dataset, options.dataset);
  const interrupt = listenForInterrupt(() => say('Stopping; the same command goes on from here.'));
  let graded: Graded[];
  try {
    graded = await gradeAll(dataset, predictions, {
      home: heddleHome(),
      sandbox: sandboxOption(options.sandbox),
      signal: interrupt.signal,
      parallel: options.parallel ?? availableParallelism(),
      folder,
      runEmpty: given === 'empty',
      onGraded: (each, done, of) => say(`${done}/${of} ${lineOf(each)}`),
    });
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    interrupt.dispose();
  }
  const reports = folder.summarise(dataset, graded);
  const rows = gradingCensus(dataset, graded);
  const what = { run, dataset: dataset.name, version: dataset.version, folder: folder.folder, reports, rows };
  process.stdout.write(options.json ? `${JSON.stringify(what, null, 2)}\n` : censusText(rows, reports));
  return graded.every(({ verdict }) => verdict.infra === null) ? EXIT.solved : EXIT.notVerified;
}

function lineOf({ prediction, verdict, kept }: Graded): string {
  const { resolved, patch, infra, seconds } = verdict;
  const unresolved = {
    applied: 'not resolved',
    empty: 'nothing handed in',
    'not-applicable': 'does not apply',
  };
  const outcome =
    infra === null ? (resolved ? 'resolved' : unresolved[patch]) : `no verdict: ${infra.message}`;
  return `${prediction.instance_id}: ${outcome} (${kept ? 'kept' : `${seconds.toFixed(1)} s`})`;
}

function censusText(rows: readonly GradingRow[], reports: readonly string[]): string {
  const columns = [
    { title: 'cluster' },
    ...['instances', 'resolved', 'not resolved', 'median s', 'slowest s'].map((title) => ({
      title,
      align: 'right' as const,
    })),
    { title: 'no verdict' },
  ];
  const cells = rows.map((row) => [
    row.cluster,
    ...[row.instances, row.resolved, row.unresolved].map(String),
    row.medianSeconds.toFixed(1),
    row.slowestSeconds.toFixed(1),
    Object.entries(row.infra)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ') || '0',
  ]);
  const written = reports.map((file) => `report: ${file}\n`).join('');
  return `${table(columns, cells, terminalOf(process.stdout).columns)}\n${written}`;
}
