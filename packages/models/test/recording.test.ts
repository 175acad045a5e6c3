import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ask, openModel, recordedModel, scriptedModel, yesNo } from '../src/index.ts';
import {
  assistant,
  BASH,
  impatient,
  results,
  standinModel,
  system,
  temporaryFolder,
  user,
} from './helpers.ts';
import { STANDINS, type StandinName } from './standins/index.ts';

const REQUEST = { prompt: [system('s'), user('go')], tools: [BASH] };

/** A reply without its time, which no recording can repeat. */
const timeless = async (asked: ReturnType<typeof ask>) => ({ ...(await asked), seconds: 0 });

test.each(Object.keys(STANDINS) as StandinName[])(
  'what %s said is replayed byte for byte, without it',
  async (name) => {
    const file = join(await temporaryFolder(), 'deep', 'r.jsonl');
    const { model, standin } = await standinModel(name, [
      {
        reasoning: 'hm — 🧵',
        signature: 'sig',
        text: 'I look.',
        calls: [{ tool: 'bash', input: { command: 'ls' }, id: 'id-1' }],
        usage: { inputTokens: 90, cacheReadTokens: 40, outputTokens: 9, reasoningTokens: 3 },
      },
      { text: 'done', usage: { inputTokens: 120, outputTokens: 2 } },
    ]);
    const recording = await recordedModel(file, model);
    const deltas: string[] = [];
    const first = await timeless(ask(recording, REQUEST, { onDelta: (text) => deltas.push(text) }));
    expect(deltas.length).toBeGreaterThan(1);
    const again = {
      ...REQUEST,
      prompt: [...REQUEST.prompt, assistant(first.content), results(first.content)],
    };
    const second = await timeless(ask(recording, again));
    await standin.close();

    const replay = await recordedModel(file);
    expect(await timeless(ask(replay, REQUEST))).toEqual(first);
    expect(await timeless(ask(replay, again))).toEqual(second);
    expect({ id: replay.id, price: replay.price, contextTokens: replay.contextTokens }).toEqual({
      id: model.id,
      price: model.price,
      contextTokens: model.contextTokens,
    });
    // The cache marks of the provider are not part of what was recorded, but they were sent.
    expect(await readFile(file, 'utf8')).not.toContain('cacheControl');
    if (name === 'anthropic') expect(standin.requests[0]!.text).toContain('cache_control');
  },
);

test('a miss names the first message that differs', async () => {
  const file = join(await temporaryFolder(), 'r.jsonl');
  await ask(await recordedModel(file, scriptedModel([{ text: 'a' }])), REQUEST);
  const miss = async (request: typeof REQUEST) =>
    await ask(await recordedModel(file), request).then(
      () => 'found',
      (error: { code: string; message: string }) =>
        `${error.code}: ${error.message.slice(error.message.indexOf(':') + 2)}`,
    );
  expect(await miss({ ...REQUEST, prompt: [system('s'), user('gone')] })).toBe(
    'not-recorded: message 1 differs: recorded user [{"type":"text","text":"go"}], asked user [{"type":"text","text":"gone"}]',
  );
  expect(await miss({ ...REQUEST, prompt: [...REQUEST.prompt, user('and?')] })).toBe(
    'not-recorded: message 2 differs: recorded nothing (the conversation ends here), asked user [{"type":"text","text":"and?"}]',
  );
  expect(await miss({ ...REQUEST, tools: [] })).toBe(
    'not-recorded: the messages are the same, the tools differ',
  );
});

test('the same request gets its replies in order, and one more is a miss', async () => {
  const file = join(await temporaryFolder(), 'r.jsonl');
  let n = 0;
  const recording = await recordedModel(
    file,
    scriptedModel(() => ({ text: `vote ${n++}` })),
  );
  for (let i = 0; i < 2; i += 1) await ask(recording, REQUEST);
  const replay = await recordedModel(file);
  expect((await ask(replay, REQUEST)).content).toEqual([{ type: 'text', text: 'vote 0' }]);
  expect((await ask(replay, REQUEST)).content).toEqual([{ type: 'text', text: 'vote 1' }]);
  await expect(ask(replay, REQUEST)).rejects.toMatchObject({
    code: 'not-recorded',
    message: expect.stringContaining('recorded 2 times'),
  });
});

test('failed tries are not recorded', async () => {
  const file = join(await temporaryFolder(), 'r.jsonl');
  const { model } = await standinModel('anthropic', [
    { text: 'half of it', fault: { kind: 'cut' } },
    { fault: { kind: 'server-error' } },
    { text: 'whole' },
  ]);
  await ask(await recordedModel(file, model), REQUEST, impatient().options);
  expect((await ask(await recordedModel(file), REQUEST)).content).toMatchObject([{ text: 'whole' }]);
});

test('a yes-or-no by log-probabilities is replayed too', async () => {
  const file = join(await temporaryFolder(), 'r.jsonl');
  const logprobs = [
    { token: 'Yes', logprob: Math.log(0.8) },
    { token: 'No', logprob: Math.log(0.2) },
  ];
  const { model } = await standinModel('openai-chat', [
    { text: 'Yes', logprobs, usage: { outputTokens: 1 } },
  ]);
  const answer = await yesNo(await recordedModel(file, model), 'Is it fixed?');
  expect(answer).toMatchObject({ how: 'logprobs', probability: expect.closeTo(0.8, 6) });
  expect(await yesNo(await recordedModel(file), 'Is it fixed?')).toEqual(answer);
});

test('a recorder killed in the middle of a line loses that line alone', async () => {
  const file = join(await temporaryFolder(), 'r.jsonl');
  await ask(await recordedModel(file, scriptedModel([{ text: 'a' }])), REQUEST);
  await appendFile(file, '{"type":"exchange","requ');
  expect((await ask(await recordedModel(file), REQUEST)).content).toEqual([{ type: 'text', text: 'a' }]);
  const other = { prompt: [user('other ü')], tools: [] };
  await ask(await recordedModel(file, scriptedModel([{ text: 'b' }])), other);
  const replay = await recordedModel(file);
  expect((await ask(replay, REQUEST)).content).toEqual([{ type: 'text', text: 'a' }]);
  expect((await ask(replay, other)).content).toEqual([{ type: 'text', text: 'b' }]);
});

test('a missing, damaged, newer or foreign recording is refused by name', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'r.jsonl');
  await expect(recordedModel(file)).rejects.toMatchObject({ code: 'recording-missing' });
  await recordedModel(file, scriptedModel([]));
  await expect(recordedModel(file, scriptedModel([], { id: 'other' }))).rejects.toMatchObject({
    code: 'recording-of-another-model',
  });
  await writeFile(file, '{"type":"recording","version":99}\n');
  await expect(recordedModel(file)).rejects.toMatchObject({ code: 'recording-newer' });
  await writeFile(file, 'not a line\n{}\n');
  await expect(recordedModel(file)).rejects.toMatchObject({ code: 'recording-damaged' });
});

test('recorded:FILE=SPEC records and recorded:FILE replays', async () => {
  const folder = await temporaryFolder();
  const script = join(folder, 'script.json');
  await writeFile(script, '[{"text": "hi"}]');
  const options = { home: folder, env: {} };
  const file = join(folder, 'r.jsonl');
  const recording = await openModel(`recorded:${file}=scripted:${script}`, options);
  const first = await timeless(ask(recording, REQUEST));
  expect(await timeless(ask(await openModel(`recorded:${file}`, options), REQUEST))).toEqual(first);
});

test('whatever the texts are, a replay gives them back', async () => {
  const folder = await temporaryFolder();
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(text, text, fc.json(), async (question, words, input) => {
      const file = join(folder, `${Math.random()}.jsonl`);
      const reply = { text: words, calls: [{ tool: 'bash', input }] };
      const request = { prompt: [user(question)], tools: [] };
      const first = await timeless(ask(await recordedModel(file, scriptedModel([reply])), request));
      expect(await timeless(ask(await recordedModel(file), request))).toEqual(first);
    }),
    { numRuns: 50 },
  );
});

test('models that share a recording write it line by line and take turns at its replies', async () => {
  const file = join(await temporaryFolder(), 'r.jsonl');
  const open = new Map();
  const request = (text: string) => ({ prompt: [system('s'), user(text)], tools: [] });
  const questions = ['a', 'b', 'c', 'a', 'b', 'c'];
  let said = 0;
  await Promise.all(
    questions.map(async (text) => {
      const model = scriptedModel(() => ({ text: `${text} ${++said}` }));
      return ask(await recordedModel(file, model, open), request(text));
    }),
  );
  const again = new Map();
  const replies: unknown[] = [];
  for (const text of questions)
    replies.push((await ask(await recordedModel(file, undefined, again), request(text))).content[0]);
  expect(replies.map((reply) => (reply as { text: string }).text[0])).toEqual(questions);
  expect(new Set(replies.map((reply) => (reply as { text: string }).text)).size).toBe(questions.length);
});

test('the hundredth exchange of a conversation takes no more room than the second', async () => {
  const file = join(await temporaryFolder(), 'r.jsonl');
  const recording = await recordedModel(
    file,
    scriptedModel(Array.from({ length: 100 }, () => ({ text: 'yes' }))),
  );
  const prompt = [system('s')];
  for (let turn = 100; turn < 200; turn += 1) {
    prompt.push(user(`question ${turn}`));
    prompt.push(assistant((await ask(recording, { prompt: [...prompt], tools: [] })).content));
  }
  const lines = (await readFile(file, 'utf8')).trim().split('\n');
  const exchanges = lines.filter((line) => line.includes('"type":"exchange"'));
  expect(exchanges).toHaveLength(100);
  expect(exchanges[99]!.length - exchanges[1]!.length).toBeLessThan(20);
  const replay = await recordedModel(file);
  expect((await ask(replay, { prompt: prompt.slice(0, -1), tools: [] })).content).toEqual([
    { type: 'text', text: 'yes' },
  ]);
  const other = ask(replay, { prompt: [...prompt.slice(0, 9), user('else')], tools: [] });
  await expect(other).rejects.toThrow('message 9 differs: recorded');
});
