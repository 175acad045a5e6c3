import type { Work } from '@heddle/core';
import * as z from 'zod/mini';
import { WRITER_PROMPT } from '../../prompts/pipeline.ts';
import { type Agent, agent } from '../agent.ts';
import { measure } from '../measure.ts';
import { type Answer, ask } from '../question.ts';
import type { Run } from '../run.ts';
import { readEdits } from './answers.ts';
import { withEdits } from './apply-edits.ts';
import { codeAt } from './code-at.ts';
import { aboutText, locatedSchema } from './locate.ts';
import { passing, reproductionSchema } from './tester.ts';

const given = z.object({ located: locatedSchema, tests: z.array(reproductionSchema) });
type Given = z.infer<typeof given>;

/** One patch by a model, from one reply and the located code; tried by the checks and the reproduction tests. */
export const writer: Agent<Given, null> = agent<Given, null>(
  {
    name: 'writer',
    source: import.meta.url,
    prompts: { system: WRITER_PROMPT },
    input: given,
    output: z.null(),
  },
  async (state, run) => {
    const { located, tests } = state.value;
    const { places, failing } = located;
    const text = [aboutText(state.task, failing), await codeAt(run, state.snapshot, places)].join('\n\n');
    const answer = await ask(run, {
      key: 'patch',
      role: 'writer',
      system: WRITER_PROMPT,
      text,
      read: async (reply) => withEdits(run, state.snapshot, readEdits(reply)),
    });
    if (answer.outcome !== 'read') return { ...state, work: without(answer), value: null };
    const snapshot = answer.value;
    return { ...state, snapshot, work: await workAt(run, snapshot, tests), value: null };
  },
);

function without({ outcome, why }: Exclude<Answer<string>, { readonly outcome: 'read' }>): Work {
  const status = outcome === 'unasked' ? 'limit' : 'gave-up';
  const reason = outcome === 'unasked' ? why : `no patch that applies: ${why}`;
  return { status, verified: false, probability: null, reason, rollout: null };
}

/** How a patch stands, before it is compared with others. */
async function workAt(run: Run, snapshot: string, tests: Given['tests']): Promise<Work> {
  const { checks } = run.ground;
  const ends = await measure(run, 'checks', snapshot, checks);
  const failing = checks.filter((_, index) => ends[index]!.status !== 'passed').map(({ name }) => name);
  const passed = (await passing(run, snapshot, tests)).filter(Boolean).length;
  const verified = checks.length > 0 && failing.length === 0;
  return {
    status: verified ? 'solved' : 'unverified',
    verified,
    // Laplace's rule over its tests: a rank among patches, no promise. A patch that fails a check is not right.
    probability: failing.length > 0 ? 0 : (passed + 1) / (tests.length + 2),
    reason: [
      failing.length === 0
        ? `${checks.length} checks pass`
        : `these checks do not pass: ${failing.join(', ')}`,
      `${passed} of ${tests.length} reproduction tests pass`,
    ].join('; '),
    rollout: null,
  };
}
