import type { Work } from '@heddle/core';
import * as z from 'zod/mini';
import { WRITER_PROMPT } from '../../prompts/pipeline.ts';
import { type Agent, agent } from '../agent.ts';
import { type Answer, ask } from '../question.ts';
import { readEdits } from './answers.ts';
import { withEdits } from './apply-edits.ts';
import { codeAt } from './code-at.ts';
import { aboutText, type Located, locatedSchema } from './locate.ts';

/** One patch by a model, from one reply and the located code. */
export const writer: Agent<Located, null> = agent<Located, null>(
  {
    name: 'writer',
    source: import.meta.url,
    prompts: { system: WRITER_PROMPT },
    input: locatedSchema,
    output: z.null(),
  },
  async (state, run) => {
    const { places, failing } = state.value;
    const text = [aboutText(state.task, failing), await codeAt(run, state.snapshot, places)].join('\n\n');
    const answer = await ask(run, {
      key: 'patch',
      role: 'writer',
      system: WRITER_PROMPT,
      text,
      read: async (reply) => withEdits(run, state.snapshot, readEdits(reply)),
    });
    const snapshot = answer.outcome === 'read' ? answer.value : state.snapshot;
    return { ...state, snapshot, work: workOf(answer), value: null };
  },
);

function workOf(answer: Answer<string>): Work {
  const rest = { verified: false, probability: null, rollout: null };
  switch (answer.outcome) {
    case 'read':
      return { ...rest, status: 'unverified', reason: '' };
    case 'unreadable':
      return { ...rest, status: 'gave-up', reason: `no patch that applies: ${answer.why}` };
    case 'unasked':
      return { ...rest, status: 'limit', reason: answer.why };
    default:
      return answer satisfies never;
  }
}
