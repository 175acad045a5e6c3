import { resume } from '@heddle/agent';
import type { ResumeChoice } from '../commands/resume.ts';
import { limitsOf } from '../commands/run-options.ts';
import { conduct } from './conduct.ts';
import { openChosenModel } from './open-chosen-model.ts';
import { refuseFinished, takeUp } from './take-up.ts';

/** `heddle resume`. Gives the exit code. */
export async function resumeRollout(given: string | undefined, options: ResumeChoice): Promise<number> {
  const limits = limitsOf(options);
  const { home, store, config, rollout, task, root, made, events } = await takeUp(given, options, limits);
  refuseFinished({ rollout, events }, limits);
  const spec = options.model ?? made.model;
  const model = await openChosenModel(spec, { home, config, seed: made.seed });
  return conduct({
    home,
    store,
    config,
    model: model.id,
    task,
    root,
    options,
    past: events,
    start: (runtime) => resume({ rollout, model, limits }, runtime),
  });
}
