import { resume } from '@heddle/agent';
import type { ResumeChoice } from '../commands/resume.ts';
import { limitsOf } from '../commands/run-options.ts';
import type { agentAgain, ChosenAgent } from './chosen-agent.ts';
import { conduct } from './conduct.ts';
import { openChosenModel } from './open-chosen-model.ts';
import { refuseFinished, refusePart, takeUp } from './take-up.ts';

/** `heddle resume`. Gives the exit code. */
export async function resumeRollout(given: string | undefined, options: ResumeChoice): Promise<number> {
  const limits = limitsOf(options);
  const { home, store, config, rollout, task, root, made, events } = await takeUp(given, options, limits);
  refusePart({ rollout, store });
  refuseFinished({ rollout, events }, limits);
  const spec = options.model ?? made.model;
  const place = { home, config, seed: made.seed, recordings: new Map() };
  const model = await openChosenModel(spec, place);
  const agent = made.agent === undefined ? null : await agentOf(rollout, made.agent, { ...place, spec });
  return conduct({
    home,
    store,
    config,
    model: model.id,
    task,
    root,
    options,
    past: events,
    models: agent?.models ?? [],
    start: (runtime) => (agent?.resume ?? resume)({ rollout, model, limits }, runtime),
  });
}

async function agentOf(...args: Parameters<typeof agentAgain>): Promise<ChosenAgent> {
  const { agentAgain } = await import('./chosen-agent.ts');
  return agentAgain(...args);
}
