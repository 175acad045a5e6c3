import { Command } from 'commander';
import { wholeNumber } from '../parse-option.ts';

export interface ExperimentsChoice {
  readonly json?: true;
  readonly limit?: number;
  readonly trials?: true;
}

export function experimentsCommand(): Command {
  return new Command('experiments')
    .description('list experiments, newest first, or show one')
    .argument('[experiment]', 'id, the beginning of one, a name, or last')
    .option('--trials', 'of one: every trial, with its rollout')
    .option('--json', 'print all that is known as JSON')
    .option('-n, --limit <n>', 'at most so many (default: 25)', wholeNumber(1))
    .addHelpText(
      'after',
      `
Examples:
  $ heddle experiments
  $ heddle experiments last
  $ heddle experiments last --trials
  $ heddle experiments 1rvj4 --json | jq '.agents[].description.mean'`,
    )
    .action(experiments);
}

async function experiments(given: string | undefined, options: ExperimentsChoice): Promise<void> {
  await (await import('../run/show-experiments.ts')).showExperiments(given, options);
}
