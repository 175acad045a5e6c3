import { expect, test } from 'vitest';
import { openModel, scriptedModel, yesNo } from '../src/index.ts';
import { standinModel, user } from './helpers.ts';
import type { StandinName, StandinScript } from './standins/index.ts';

const SPREAD = [
  { token: 'Yes', logprob: Math.log(0.5) },
  { token: ' yes', logprob: Math.log(0.1) },
  { token: 'No', logprob: Math.log(0.2) },
  { token: 'Maybe', logprob: Math.log(0.15) },
];

/** Of OpenAI's, only models that can do without thinking give log-probabilities. */
async function modelWithLogprobs(name: StandinName, script: StandinScript) {
  const { model, standin } = await standinModel(name, script);
  if (name !== 'openai-responses') return { model, standin };
  return { model: await openModel('openai/gpt-6-luna', { home: '/nowhere', env: standin.env }), standin };
}

test.each(['openai-responses', 'openai-chat', 'ollama'] as const)(
  '%s: one request, the weight of yes against no',
  async (name) => {
    const { model, standin } = await modelWithLogprobs(name, [
      { text: 'Yes', logprobs: SPREAD, usage: { inputTokens: 20, outputTokens: 1 } },
    ]);
    const answer = await yesNo(model, 'Is it fixed?', { context: [user('The diff: …')] });
    expect(answer).toMatchObject({ how: 'logprobs', probability: expect.closeTo(0.6 / 0.8, 9) });
    expect(answer.usage).toMatchObject({ inputTokens: 20, outputTokens: 1 });
    expect(standin.requests).toHaveLength(1);
  },
);

test.each(['anthropic', 'google'] as const)('%s: by votes, for want of log-probabilities', async (name) => {
  const words = ['Yes', 'no.', ' YES', 'Yes, it is', 'I am not sure'];
  const { model, standin } = await standinModel(
    name,
    words.map((text) => ({ text, usage: { inputTokens: 10, outputTokens: 1 } })),
  );
  const answer = await yesNo(model, 'Is it fixed?');
  expect(answer).toMatchObject({ how: 'votes', probability: (3 + 1) / (4 + 2) });
  expect(answer.usage.inputTokens).toBe(50);
  expect(answer.usd).toBeGreaterThan(0);
  expect(standin.requests).toHaveLength(5);
});

test('a server that refuses log-probabilities, or does not send them, is asked for votes', async () => {
  const refusing = await standinModel('openai-chat', [
    { fault: { kind: 'bad-request' } },
    { text: 'yes', usage: { outputTokens: 1 } },
  ]);
  expect(await yesNo(refusing.model, 'Is it?', { votes: 3 })).toMatchObject({
    how: 'votes',
    probability: 4 / 5,
  });
  expect(refusing.standin.requests).toHaveLength(4);
  const forgetful = await standinModel('openai-chat', [{ text: 'no', usage: { outputTokens: 1 } }]);
  expect(await yesNo(forgetful.model, 'Is it?', { votes: 3 })).toMatchObject({
    how: 'votes',
    probability: 1 / 5,
  });
  expect(forgetful.standin.requests).toHaveLength(3);
});

test('a model of OpenAI that always thinks gives none: its answer counts as the first vote', async () => {
  const { model, standin } = await standinModel('openai-responses', [
    { text: 'Yes', logprobs: SPREAD, usage: { outputTokens: 1 } },
  ]);
  expect(await yesNo(model, 'Is it?', { votes: 3 })).toMatchObject({ how: 'votes', probability: 4 / 5 });
  expect(standin.requests).toHaveLength(3);
});

test('the probability is never quite 0 or 1', async () => {
  const { model } = await modelWithLogprobs('openai-responses', [
    { text: 'No', logprobs: [{ token: 'No', logprob: 0 }], usage: { outputTokens: 1 } },
  ]);
  const { probability } = await yesNo(model, 'Is it?');
  expect(probability).toBeGreaterThan(0);
  expect(probability).toBeLessThan(0.001);
});

test('answers that are neither are an error, not a half', async () => {
  await expect(
    yesNo(
      scriptedModel(() => ({ text: 'yesterday' })),
      'Is it?',
    ),
  ).rejects.toMatchObject({
    code: 'empty-reply',
  });
});
