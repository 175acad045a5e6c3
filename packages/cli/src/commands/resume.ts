import { Command } from 'commander';
import {
  addDeliveryOptions,
  addLimitOptions,
  type DeliveryOptions,
  type LimitOptions,
  limitsOf,
} from './run-options.ts';

interface Options extends DeliveryOptions, LimitOptions {
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

async function resume(given: string | undefined, options: Options): Promise<void> {
  const [agent, { conduct }, { openChosenModel }, { refuseFinished, takeUp }] = await Promise.all([
    import('@heddle/agent'),
    import('../run/conduct.ts'),
    import('../run/open-chosen-model.ts'),
    import('../run/take-up.ts'),
  ]);
  const limits = limitsOf(options);
  const { home, store, config, rollout, task, root, made, events } = await takeUp(given, options, limits);
  refuseFinished({ rollout, events }, limits);
  const spec = options.model ?? made.model;
  const model = await openChosenModel(spec, { home, config, seed: made.seed });
  process.exitCode = await conduct({
    home,
    store,
    config,
    model: model.id,
    task,
    root,
    options,
    past: events,
    start: (runtime) => agent.resume({ rollout, model, limits }, runtime),
  });
}
