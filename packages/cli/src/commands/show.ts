import { Command, Option } from 'commander';
import { wholeNumber } from '../parse-option.ts';

export interface ShowChoice {
  readonly json?: true;
  readonly diff?: true;
  readonly step?: number;
  readonly prompt?: number;
  readonly crosscheck?: true;
}

export function showCommand(): Command {
  return new Command('show')
    .description('show what a rollout did, or one part of it')
    .argument('[rollout]', 'id, the beginning of one, or `last`', 'last')
    .option(
      '--json',
      'print its events as an array (with --prompt: the request; with --crosscheck: the selection)',
    )
    .addOption(new Option('--diff', 'print its patch').conflicts(['step', 'prompt', 'json']))
    .addOption(
      new Option('--step <n>', 'one step with nothing cut; 0 is before the first')
        .argParser(wholeNumber(0))
        .conflicts('prompt'),
    )
    .addOption(
      new Option('--crosscheck', 'how the patch was chosen: candidates, evidence, reasons').conflicts([
        'step',
        'prompt',
        'diff',
      ]),
    )
    .addOption(new Option('--prompt <n>', 'what the model was asked in a step').argParser(wholeNumber(1)))
    .addHelpText(
      'after',
      `
Examples:
  $ heddle show last
  $ heddle show 1t6x9 --step 3
  $ heddle show last --diff | git apply
  $ heddle show last --crosscheck`,
    )
    .action(show);
}

async function show(given: string, options: ShowChoice): Promise<void> {
  await (await import('../run/show-rollout.ts')).showRollout(given, options);
}
