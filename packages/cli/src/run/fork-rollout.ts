import { forkRollout } from '@heddle/agent';
import type { Recorded } from '@heddle/core';
import type { ForkChoice, ForkPlace } from '../commands/fork.ts';
import { limitsOf } from '../commands/run-options.ts';
import { conduct } from './conduct.ts';
import { openChosenModel } from './open-chosen-model.ts';
import { refuseAgents, takeUp } from './take-up.ts';

/** `heddle fork`. Gives the exit code. */
export async function forkAt(place: ForkPlace, options: ForkChoice): Promise<number> {
  const { home, store, config, rollout, task, root, made, events } = await takeUp(place.rollout, options);
  refuseAgents({ rollout, events }, 'heddle fork ROLLOUT@STEP');
  const seed = options.seed ?? made.seed;
  const model = await openChosenModel(options.model ?? made.model, { home, config, seed });
  const settings = {
    rollout,
    step: place.step,
    seed,
    limits: limitsOf(options),
    ...(options.say === undefined ? {} : { say: options.say }),
  };
  return conduct({
    home,
    store,
    config,
    model: model.id,
    task,
    root,
    options,
    past: upTo(events, place.step),
    start: (runtime) => forkRollout({ ...settings, model }, runtime),
  });
}

function upTo(events: readonly Recorded[], step: number): readonly Recorded[] {
  const next = events.findIndex(({ event }) => event.type === 'model.requested' && event.step > step);
  return next === -1 ? events : events.slice(0, next);
}
