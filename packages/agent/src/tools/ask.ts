import { ModelFacingError } from '@heddle/core';
import * as z from 'zod/mini';
import type { Tool } from '../tool.ts';

const schema = z.object({
  question: z.string().check(z.minLength(1)),
  assumption: z
    .string()
    .check(z.minLength(1), z.describe('What you will go by if nobody answers; it is listed in the report.')),
});

export const askTool: Tool<z.infer<typeof schema>> = {
  name: 'ask',
  description:
    'Asks the person who gave the task. Only for what the repository cannot tell and what would change the work; ' +
    'one question with its choices. Mostly nobody is there: then go on with your assumption.',
  schema,
  touches: { writes: false },
  async run({ question, assumption }, { ask, nested }) {
    if (nested === undefined)
      throw new ModelFacingError(
        'not-inside',
        'ask cannot be called from code: call it as an action of its own.',
      );
    const started = performance.now();
    const answer = (await ask?.({ question, assumption })) ?? null;
    const seconds = (performance.now() - started) / 1000;
    return {
      content:
        answer === null
          ? 'Nobody is there to answer. Go on with your assumption; it will be listed in the report.'
          : `The answer: ${answer}`,
      details: { asked: { question, assumption, answer, seconds } },
    };
  },
};
