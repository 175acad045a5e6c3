import { ModelError } from '@heddle/models';
import type { AgentState } from '../compose/agent.ts';
import type { Run } from '../compose/run.ts';
import { excerpt } from '../excerpt.ts';
import { type Scorer, scorer } from './scorer.ts';

/** Of a patch that a judge reads: some 8,000 tokens, more than nearly all patches have. */
const MAX_PATCH_CHARACTERS = 32_000;

export interface JudgedOptions {
  /** As `--model` takes it. Default: the model of the agent that scores. */
  readonly model?: string;
}

/**
 * How likely a model holds the answer to a question about the work to be yes: 0 to 1, from log-probabilities where its
 * provider gives them, else from votes. It reads the task and the patch against the files as the user had them.
 * Unscored where the model fails or no money is left for it.
 */
export function judged(question: string, { model }: JudgedOptions = {}): Scorer {
  return scorer(
    {
      name: 'judged',
      source: import.meta.url,
      prompts: { question },
      config: { model: model ?? null },
    },
    async (state, run) => {
      const text = await about(state, run);
      const context = [{ role: 'user' as const, content: [{ type: 'text' as const, text }] }];
      try {
        const answer = await run.yesNo(question, { context, ...(model === undefined ? {} : { model }) });
        return answer === null ? { unscored: 'the budget is used up' } : { value: answer.probability };
      } catch (error) {
        if (error instanceof ModelError) return { unscored: error.message };
        throw error;
      }
    },
  );
}

async function about({ snapshot, task, work }: AgentState, { ground }: Run): Promise<string> {
  const patch = ground.mask(await ground.workspace.diff(ground.base, snapshot));
  const said = work === null || work.reason === '' ? '' : `\n\nWho did it says:\n${work.reason}`;
  const changed = patch === '' ? 'Nothing was changed.' : excerpt(patch, MAX_PATCH_CHARACTERS).text;
  return `The task:\n${task}\n\nThe change:\n${changed}${said}`;
}
