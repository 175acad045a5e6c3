import { Command } from 'commander';
import { parseUsd, wholeNumber } from '../parse-option.ts';

export interface WorkerChoice {
  readonly concurrency?: number;
  readonly quiet?: true;
}

export function workerCommand(): Command {
  const command = new Command('worker')
    .description('run trials of experiments that several machines share')
    .option('--concurrency <n>', 'trials at a time (default: as many as processors)', wholeNumber(1))
    .option('-q, --quiet', 'say nothing of single trials')
    .addHelpText(
      'after',
      `
Any number of workers share a store on PostgreSQL. Each needs the same Heddle,
the same dataset and HEDDLE_HOME at the same paths, and the keys of the models.
Stopped (Ctrl-C, SIGTERM), a worker puts away what it runs; killed, another one
goes on with it from its journal. See docs/deployment.md.

Examples:
  $ export HEDDLE_STORE=postgres://heddle@db/heddle
  $ heddle worker --concurrency 8
  $ heddle eval tasks.jsonl --agent solo --workers
  $ heddle worker submit last --priority 5
  $ heddle worker cancel 1rvj4`,
    )
    .action(worker);
  command
    .command('submit')
    .description('hand an experiment to the workers')
    .argument('<experiment>', 'id, the beginning of one, a name, or last')
    .option('--priority <n>', 'higher goes first (default: 0)', wholeNumber(0))
    .option('--budget <usd>', 'of the whole: no more trials are given out once it is used up', parseUsd)
    .addHelpText('after', '\nExamples:\n  $ heddle worker submit last --priority 5')
    .action(submit);
  command
    .command('cancel')
    .description('take an experiment from the workers; `submit` goes on with it')
    .argument('<experiment>', 'id, the beginning of one, a name, or last')
    .addHelpText('after', '\nExamples:\n  $ heddle worker cancel 1rvj4')
    .action(cancel);
  return command;
}

async function worker(options: WorkerChoice): Promise<void> {
  await (await import('../run/work.ts')).work(options);
}

export interface SubmitChoice {
  readonly priority?: number;
  readonly budget?: number;
}

async function submit(experiment: string, options: SubmitChoice): Promise<void> {
  await (await import('../run/work.ts')).submit(experiment, options);
}

async function cancel(experiment: string): Promise<void> {
  await (await import('../run/work.ts')).cancel(experiment);
}
