import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../parse-option.ts';
import {
  addDeliveryOptions,
  addLimitOptions,
  type DeliveryOptions,
  type LimitOptions,
} from './run-options.ts';

export interface ForkChoice extends DeliveryOptions, LimitOptions {
  readonly say?: string;
  readonly model?: string;
  readonly seed?: number;
}

export interface ForkPlace {
  readonly rollout: string;
  readonly step: number;
}

export function forkCommand(): Command {
  return addDeliveryOptions(
    addLimitOptions(
      new Command('fork')
        .description('go another way from a step of a rollout; the rollout itself stays')
        .argument('<rollout@step>', 'where to go on from; step 0 is before the first', parsePlace)
        .option('--say <text>', 'tell the model something first')
        .option('--model <model>', 'ask another model from here on'),
      'as before',
    ).option('--seed <n>', 'for whatever is decided at random', wholeNumber(0)),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ heddle fork 1t6x9@5 --say "leave the public API as it is"
  $ heddle fork last@0 --model openai/gpt-6.1-sol`,
    )
    .action(fork);
}

function parsePlace(text: string): ForkPlace {
  const [, rollout, step] = /^([^@]+)@(\d{1,9})$/.exec(text) ?? [];
  if (rollout === undefined) throw new InvalidArgumentError('Write ROLLOUT@STEP, such as 1t6x9@5 or last@0.');
  return { rollout, step: Number(step) };
}

async function fork(place: ForkPlace, options: ForkChoice): Promise<void> {
  const { forkAt } = await import('../run/fork-rollout.ts');
  process.exitCode = await forkAt(place, options);
}
