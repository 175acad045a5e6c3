import { Command } from 'commander';
import {
  addDeliveryOptions,
  addLimitOptions,
  type DeliveryOptions,
  type LimitOptions,
} from './run-options.ts';

export interface ResumeChoice extends DeliveryOptions, LimitOptions {
  readonly model?: string;
}

export function resumeCommand(): Command {
  return addDeliveryOptions(
    addLimitOptions(
      new Command('resume')
        .description('go on with a rollout that was interrupted or ended at a limit')
        .argument('[rollout]', 'id or the beginning of one (default: the newest unfinished)')
        .option('--model <model>', 'ask another model from here on'),
      'as before',
    ),
  )
    .addHelpText(
      'after',
      `
Limits count from the beginning of the rollout: --steps 200 means 200 in all.

Examples:
  $ heddle resume
  $ heddle resume --budget 10 --time 2h
  $ heddle resume 1t6x9 --apply`,
    )
    .action(resume);
}

async function resume(given: string | undefined, options: ResumeChoice): Promise<void> {
  const { resumeRollout } = await import('../run/resume-rollout.ts');
  process.exitCode = await resumeRollout(given, options);
}
