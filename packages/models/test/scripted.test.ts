import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { expect, test } from 'vitest';
import { ask, openModel, scriptedModel } from '../src/index.ts';
import { assistant, impatient, results, system, temporaryFolder, user } from './helpers.ts';

const START = [system('s'), user('go')];
const ask0 = { prompt: START, tools: [] };

test('the turn comes from the conversation: resume and fork get the reply that belongs there', async () => {
  const script = [
    { text: 'one', calls: [{ tool: 'bash', input: { command: 'ls' } }] },
    { text: 'two' },
    { text: 'three' },
  ];
  const model = scriptedModel(script);
  const first = await ask(model, ask0);
  const prompt = [...START, assistant(first.content), results(first.content)];
  expect((await ask(model, { prompt, tools: [] })).content).toEqual([{ type: 'text', text: 'two' }]);
  expect((await ask(model, ask0)).content).toEqual(first.content);
  expect((await ask(scriptedModel(script), { prompt, tools: [] })).content).toEqual([
    { type: 'text', text: 'two' },
  ]);
});

test('a generator is read no further than needed and remembered', async () => {
  let made = 0;
  function* replies() {
    for (;;) yield { text: `reply ${made++}` };
  }
  const model = scriptedModel(replies());
  const second = { prompt: [...START, assistant([{ type: 'text', text: 'x' }]), user('more')], tools: [] };
  expect((await ask(model, second)).content).toEqual([{ type: 'text', text: 'reply 1' }]);
  expect((await ask(model, ask0)).content).toEqual([{ type: 'text', text: 'reply 0' }]);
  expect(made).toBe(2);
});

test('a function sees the conversation and the turn', async () => {
  const model = scriptedModel((prompt, turn) => ({ text: `${prompt.length} messages, turn ${turn}` }));
  expect((await ask(model, ask0)).content).toEqual([{ type: 'text', text: '2 messages, turn 0' }]);
});

test('a string is a call exactly as written; an empty reply is a reply', async () => {
  const model = scriptedModel([{ calls: [{ tool: 'bash', input: '{"a"' }] }]);
  expect((await ask(model, ask0)).content).toEqual([
    { type: 'call', id: 'call_0_0', tool: 'bash', input: '{"a"' },
  ]);
  const { options, retried } = impatient();
  expect((await ask(scriptedModel([{}]), ask0, options)).content).toEqual([]);
  expect(retried).toEqual([]);
});

test('a script that ends too early is an error that says so', async () => {
  await expect(ask(scriptedModel([]), ask0)).rejects.toMatchObject({
    code: 'script-ended',
    message: 'scripted is asked for reply 1 and has only 0',
  });
});

const call = (id: string) => ({ type: 'call' as const, id, tool: 'bash', input: '{}' });

test.each<[string, LanguageModelV4Prompt]>([
  ['no result of a', [...START, assistant([call('a')])]],
  ['message 3 (user) comes before the result of a', [...START, assistant([call('a')]), user('hm')]],
  ['message 2 (tool) has a result of a where none is due', [...START, results([call('a')])]],
  [
    'message 3 (tool) has a result of b where a is due',
    [...START, assistant([call('a'), call('b')]), results([call('b'), call('a')])],
  ],
  ['no result of b', [...START, assistant([call('a'), call('b')]), results([call('a')])]],
  [
    'message 3 (tool) has a result of a where none is due',
    [...START, assistant([call('a')]), results([call('a'), call('a')])],
  ],
  [
    'message 4 (assistant) uses the call id a again',
    [...START, assistant([call('a')]), results([call('a')]), assistant([call('a')]), results([call('a')])],
  ],
  ['message 2 (system) stands after the conversation began', [...START, system('more')]],
  ['it ends with assistant', [...START, assistant([{ type: 'text', text: 'x' }])]],
  ['it ends with nothing', []],
])('a broken conversation is refused: %s', async (what, prompt) => {
  await expect(
    ask(scriptedModel([{ text: 'a' }, { text: 'b' }, { text: 'c' }]), { prompt, tools: [] }),
  ).rejects.toThrow(`the conversation breaks the protocol: ${what}`);
});

test('scripted:FILE plays a JSON list', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'script.json');
  await writeFile(
    file,
    JSON.stringify([{ text: 'hi', calls: [{ tool: 'bash', input: { command: 'ls' } }] }]),
  );
  const model = await openModel(`scripted:${file}`, { home: folder, env: {} });
  expect(model.id).toBe('scripted:script.json');
  expect((await ask(model, ask0)).content).toMatchObject([{ text: 'hi' }, { tool: 'bash' }]);
});

test.each([
  ['not there', undefined, /cannot read the script/],
  ['no JSON', '[{', /cannot read the script/],
  ['no list', '{}', /expected array/i],
  ['a wrong field', '[{"txt": "a"}]', /0.*txt/],
])('a script that is %s is refused in one line', async (_, text, message) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'script.json');
  if (text !== undefined) await writeFile(file, text);
  await expect(openModel(`scripted:${file}`, { home: folder, env: {} })).rejects.toMatchObject({
    code: 'script-unreadable',
    message: expect.stringMatching(message),
  });
});

test.each([-5_000, Number.NaN, Number.POSITIVE_INFINITY])('usage of %s counts as none', async (wrong) => {
  const model = scriptedModel([{ text: 'x', usage: { inputTokens: wrong, outputTokens: wrong } }]);
  const { usage, usd } = await ask({ ...model, price: { ...model.price, input: 1, output: 1 } }, ask0);
  expect({ ...usage, usd }).toMatchObject({ inputTokens: 0, outputTokens: 0, usd: 0 });
});
