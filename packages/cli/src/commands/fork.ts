import type { Recorded } from '@heddle/core';
import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from '../parse-option.ts';
import {
  addDeliveryOptions,
  addLimitOptions,
  type DeliveryOptions,
  type LimitOptions,
  limitsOf,
} from './run-options.ts';

interface Options extends DeliveryOptions, LimitOptions {
  readonly say?: string;
  readonly model?: string;
  readonly seed?: number;
}

interface Place {
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

function parsePlace(text: string): Place {
  const [, rollout, step] = /^([^@]+)@(\d{1,9})$/.exec(text) ?? [];
  if (rollout === undefined) throw new InvalidArgumentError('Write ROLLOUT@STEP, such as 1t6x9@5 or last@0.');
  return { rollout, step: Number(step) };
}

async function fork(place: Place, options: Options): Promise<void> {
  const [agent, { conduct }, { openChosenModel }, { takeUp }] = await Promise.all([
    import('@heddle/agent'),
    import('../run/conduct.ts'),
    import('../run/open-chosen-model.ts'),
    import('../run/take-up.ts'),
  ]);
  const { home, store, config, rollout, task, root, made, events } = await takeUp(place.rollout, options);
  const seed = options.seed ?? made.seed;
  const model = await openChosenModel(options.model ?? made.model, { home, config, seed });
  const settings = {
    rollout,
    step: place.step,
    seed,
    limits: limitsOf(options),
    ...(options.say === undefined ? {} : { say: options.say }),
  };
  process.exitCode = await conduct({
    home,
    store,
    config,
    model: model.id,
    task,
    root,
    options,
    past: upTo(events, place.step),
    start: (runtime) => agent.forkRollout({ ...settings, model }, runtime),
  });
}

function upTo(events: readonly Recorded[], step: number): readonly Recorded[] {
  const next = events.findIndex(({ event }) => event.type === 'model.requested' && event.step > step);
  return next === -1 ? events : events.slice(0, next);
}
