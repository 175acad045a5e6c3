import { execFile } from 'node:child_process';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import {
  ask,
  defaultModel,
  listModels,
  type ModelsConfig,
  memoryModel,
  modelsConfigSchema,
  openModel,
  scriptedModel,
} from '../src/index.ts';
import { maskKeys } from '../src/mask.ts';
import { assistant, BASH, EDIT, results, standinModel, system, user } from './helpers.ts';
import { startStandin } from './standins/index.ts';

const HOME = '/nowhere';

test('Anthropic: marks on tools, system and the last two turns, and nothing else differs', async () => {
  const { model, standin } = await standinModel('anthropic', [{ text: 'a' }]);
  const call = { type: 'call' as const, id: 'c1', tool: 'bash', input: '{"command":"ls"}' };
  const prompt = [system('s'), user('one'), assistant([call]), results([call]), user('two')];
  await ask(model, { prompt, tools: [BASH, EDIT] });
  const {
    tools,
    system: head,
    messages,
  } = standin.requests[0]!.body as Record<string, { cache_control?: object }[]>;
  const mark = { type: 'ephemeral' };
  expect(tools!.map((tool) => tool.cache_control)).toEqual([undefined, mark]);
  expect(head!.map((part) => part.cache_control)).toEqual([mark]);
  expect(JSON.stringify(messages).match(/cache_control/g)).toHaveLength(2);
  // The result and the user's text that follows it make one message for Anthropic: both ends are marked.
  expect(messages!.at(-1)).toMatchObject({
    role: 'user',
    content: [
      { type: 'tool_result', cache_control: mark },
      { type: 'text', text: 'two', cache_control: mark },
    ],
  });
});

test('OpenAI: one cache key for a conversation and its forks, another for another; nothing is stored', async () => {
  const { model, standin } = await standinModel('openai-responses', [{ text: 'a' }]);
  const opening = [system('s'), user('one')];
  const said = assistant([{ type: 'text', text: 'a' }]);
  for (const prompt of [
    opening,
    [...opening, said, user('b')],
    [...opening, said, user('c')],
    [system('s'), user('two')],
  ])
    await ask(model, { prompt, tools: [] });
  const keys = standin.requests.map(({ body }) => body.prompt_cache_key);
  expect(keys[0]).toMatch(/^heddle-[0-9a-f]{20,}$/);
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(keys[3]).not.toBe(keys[0]);
  for (const { body } of standin.requests) {
    expect(body.store).toBe(false);
    expect(body.include).toContain('reasoning.encrypted_content');
  }
});

test('OpenRouter: Anthropic models are asked to cache, and the cost it reports is the cost', async () => {
  const { standin } = await standinModel('openai-chat', [
    { text: 'a', usage: { inputTokens: 10, outputTokens: 1 } },
  ]);
  const env = { OPENROUTER_BASE_URL: `${standin.url}/v1`, OPENROUTER_API_KEY: standin.key };
  const model = await openModel('openrouter/anthropic/claude-sonnet-5.5', { home: HOME, env });
  const reply = await ask(model, { prompt: [user('x')], tools: [] });
  expect(standin.requests[0]!.body).toMatchObject({
    model: 'anthropic/claude-sonnet-5.5',
    cache_control: { type: 'ephemeral' },
  });
  expect(model.price.unknown).toBe(true);
  expect(reply.usd).toBe(0);
  expect(model.dialect!.reportedUsd!({ prompt_tokens: 10, cost: 0.0123 })).toBe(0.0123);
});

test('a name of one’s own with a base URL, a key variable and headers', async () => {
  const standin = await startStandin('openai-chat', [{ text: 'hello' }]);
  onTestFinished(() => standin.close());
  const config: ModelsConfig = {
    providers: {
      mine: { baseURL: `${standin.url}/v1/`, apiKeyEnv: 'MY_KEY', headers: { 'x-team': 'looms' } },
    },
  };
  const options = { home: HOME, env: { MY_KEY: standin.key }, config };
  const model = await openModel('mine/some/model:7b', options);
  expect((await ask(model, { prompt: [user('x')], tools: [] })).content).toMatchObject([{ text: 'hello' }]);
  expect(standin.requests[0]!.body.model).toBe('some/model:7b');
  expect(standin.requests[0]!.headers['x-team']).toBe('looms');
  await expect(openModel('mine/m', { ...options, env: {} })).rejects.toMatchObject({
    code: 'missing-key',
    message: expect.stringContaining('MY_KEY'),
  });
});

test('a gateway that speaks another format can be named so', async () => {
  const standin = await startStandin('anthropic', [{ text: 'hello' }]);
  onTestFinished(() => standin.close());
  const providers = {
    gateway: { format: 'anthropic' as const, baseURL: standin.url, apiKeyEnv: 'GATEWAY_KEY' },
  };
  const env = { GATEWAY_KEY: standin.key };
  const model = await openModel('gateway/claude', { home: HOME, env, config: { providers } });
  await ask(model, { prompt: [user('x')], tools: [] });
  expect(standin.requests[0]!.path).toBe('/v1/messages');
});

test('what is no model is refused with the forms there are; `extra` adds a name', async () => {
  const repair = scriptedModel([], { id: 'repair', tools: ['mend'] });
  const options = { home: HOME, env: {}, extra: { repair: async () => repair } };
  expect(await openModel('repair', options)).toBe(repair);
  for (const spec of ['gpt-6', 'nobody/model', 'anthropic/', ''])
    await expect(openModel(spec, { ...options, env: { ANTHROPIC_API_KEY: 'k' } })).rejects.toMatchObject({
      code: 'unknown-model',
      hint: expect.stringMatching(/^write one of repair, anthropic\/…/),
    });
});

test('the default: named, configured, by the first key, else repair', () => {
  const keys = { OPENAI_API_KEY: 'k', GEMINI_API_KEY: 'k' };
  const config = { model: 'ollama/qwen' };
  expect(defaultModel(keys, config, 'relay')).toEqual({ spec: 'relay', why: '--model' });
  expect(defaultModel(keys, config)).toEqual({ spec: 'ollama/qwen', why: 'the configuration' });
  expect(defaultModel(keys)).toEqual({
    spec: 'openai/gpt-6.1-sol',
    why: 'OPENAI_API_KEY is in the environment',
  });
  expect(defaultModel({ ...keys, ANTHROPIC_API_KEY: 'k' }).spec).toBe('anthropic/claude-sonnet-5-5');
  expect(defaultModel({ GOOGLE_GENERATIVE_AI_API_KEY: 'k' }).spec).toBe('google/gemini-3.8-flash');
  expect(defaultModel({ OPENROUTER_API_KEY: 'k' }).spec).toMatch(/^openrouter\//);
  expect(defaultModel({ OPENAI_API_KEY: ' ' })).toMatchObject({ spec: 'repair' });
});

test('an effort behind a name is that model’s own, whatever the configuration says', async () => {
  const env = { ANTHROPIC_API_KEY: 'k' };
  const config = { options: { effort: 'high' as const } };
  const open = (spec: string) => openModel(spec, { home: '', env, config });
  expect(await open('anthropic/claude-haiku-5-5@low')).toMatchObject({
    id: 'anthropic/claude-haiku-5-5@low',
    language: { modelId: 'claude-haiku-5-5' },
    options: { effort: 'low' },
    price: { input: 0.1 },
  });
  expect(await open('anthropic/claude-haiku-5-5@20260101')).toMatchObject({
    language: { modelId: 'claude-haiku-5-5@20260101' },
    options: { effort: 'high' },
  });
});

test('who summarises: the one named, else the small one of the provider, else the model itself', () => {
  expect(memoryModel('anthropic/claude-opus-5-5', {})).toBe('anthropic/claude-haiku-5-5');
  expect(memoryModel('lab/big', { providers: { lab: { baseURL: 'http://x' } } })).toBe('lab/big');
  expect(memoryModel('lab/big', { memory: 'openai/gpt-6-luna@low' })).toBe('openai/gpt-6-luna@low');
  for (const spec of ['repair', 'relay', 'scripted:a/b.json']) expect(memoryModel(spec, {})).toBeNull();
  expect(memoryModel('anthropic/claude-opus-5-5', { memory: 'none' })).toBeNull();
});

test('the list says what can be used, why, and which is the default', async () => {
  const local = createServer((_, response) => response.end('{"data":[{"id":"qwen4:32b"},{"id":"llama5"}]}'));
  await new Promise<void>((resolve) => local.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void local.close());
  const url = `http://127.0.0.1:${(local.address() as AddressInfo).port}/v1`;
  const nobody = 'http://127.0.0.1:9/v1';
  const env = { OPENAI_API_KEY: 'k', OLLAMA_BASE_URL: url, VLLM_BASE_URL: nobody, LMSTUDIO_BASE_URL: nobody };
  const list = await listModels(env, { providers: { mine: {} } });
  const line = (spec: string) => list.find((model) => model.spec === spec);
  expect(list.filter(({ isDefault }) => isDefault).map(({ spec }) => spec)).toEqual(['openai/gpt-6.1-sol']);
  expect(line('openai/gpt-6.1-sol')).toMatchObject({
    usable: true,
    why: 'OPENAI_API_KEY is set',
    price: { input: 2 },
  });
  expect(line('anthropic/…')).toMatchObject({ usable: false, why: 'set ANTHROPIC_API_KEY' });
  expect(line('ollama/qwen4:32b')).toMatchObject({ usable: true, price: { input: 0 } });
  expect(line('ollama/llama5')?.usable).toBe(true);
  expect(line('vllm/…')).toMatchObject({ usable: false, why: `no server at ${nobody}` });
  expect(line('mine/…')).toMatchObject({ usable: false, why: expect.stringContaining('baseURL') });
  expect(line('repair')).toMatchObject({ usable: true });
  expect(line('relay')).toMatchObject({ usable: true });
  expect(JSON.stringify(list)).not.toContain('undefined');
});

test('what models of your own can read is listed as it was given', async () => {
  const local = createServer((_, response) => response.end('{"data":[{"id":"small"},{"id":"big"}]}'));
  await new Promise<void>((resolve) => local.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void local.close());
  const url = `http://127.0.0.1:${(local.address() as AddressInfo).port}/v1`;
  const nobody = 'http://127.0.0.1:9/v1';
  const env = { OLLAMA_BASE_URL: url, VLLM_BASE_URL: nobody, LMSTUDIO_BASE_URL: nobody };
  const price = { input: 0, output: 0 };
  const prices = {
    relay: { ...price, contextTokens: 14_000 },
    'ollama/small': { ...price, contextTokens: 32_000 },
  };
  const list = await listModels(env, { model: 'relay:desk', prices });
  const read = (spec: string) => list.find((model) => model.spec === spec)?.contextTokens;
  expect(['relay', 'relay:desk', 'ollama/small', 'ollama/big'].map(read)).toEqual([
    14_000,
    14_000,
    32_000,
    null,
  ]);
  expect(list[0]).toMatchObject({ spec: 'relay:desk', usable: true, isDefault: true });
  expect(list.find(({ spec }) => spec === 'ollama/big')?.price).toEqual(price);
});

test('a default that no list holds is listed first', async () => {
  const nobody = 'http://127.0.0.1:9/v1';
  const env = { OLLAMA_BASE_URL: nobody, VLLM_BASE_URL: nobody, LMSTUDIO_BASE_URL: nobody };
  const [first] = await listModels(env, { model: 'anthropic/claude-next' });
  expect(first).toMatchObject({ spec: 'anthropic/claude-next', usable: false, isDefault: true });
});

test('the configuration is checked, and has no place for a key', () => {
  const wrong = modelsConfigSchema.safeParse({ providers: { x: { format: 'soap' } } });
  expect(wrong.success).toBe(false);
  const parsed = modelsConfigSchema.parse({
    model: 'a/b',
    providers: { x: { baseURL: 'u', apiKey: 'secret' } },
  });
  expect(JSON.stringify(parsed)).not.toContain('secret');
});

test.each([
  ['Incorrect API key provided: sk-proj-abc123DEF456. You can', 'Incorrect API key provided: ***. You can'],
  ['Incorrect API key provided: sk-ant-a*******************wAA.', 'Incorrect API key provided: ***.'],
  ['Authorization: Bearer abcdef123456, more', 'Authorization: Bearer ***, more'],
  ['key AIzaSyA1234567890 is bad', 'key *** is bad'],
  ['the task-list of disk-usage', 'the task-list of disk-usage'],
])('keys are masked by their looks: %j', (text, masked) => {
  expect(maskKeys(text)).toBe(masked);
});

test('a known key is masked whatever it looks like, url-encoded too', () => {
  expect(maskKeys('a p/q+r=s b p%2Fq%2Br%3Ds', ['p/q+r=s'])).toBe('a *** b ***');
});

const INDEX = fileURLToPath(new URL('../src/index.ts', import.meta.url));
const run = promisify(execFile);

test('importing the package loads no provider package, and opening one loads that one alone', async () => {
  const code = `
    import { registerHooks } from 'node:module';
    const loaded = new Set();
    registerHooks({ resolve(specifier, context, next) {
      const found = next(specifier, context);
      const name = /node_modules\\/((?:@[^/]+\\/)?[^/]+)\\/(?!.*node_modules)/.exec(found.url)?.[1];
      if (name) loaded.add(name);
      return found;
    } });
    const { openModel } = await import(${JSON.stringify(INDEX)});
    const before = [...loaded].sort();
    await openModel('google/gemini-3.8-flash', { home: '/nowhere', env: { GEMINI_API_KEY: 'k' } });
    console.log(JSON.stringify({ before, after: [...loaded].filter((name) => name.startsWith('@ai-sdk')).sort() }));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code]);
  expect(JSON.parse(stdout)).toEqual({
    before: ['zod'],
    after: ['@ai-sdk/google', '@ai-sdk/provider', '@ai-sdk/provider-utils'],
  });
});

test('requests go through the proxy of the environment, and past it for NO_PROXY', async () => {
  const standin = await startStandin('anthropic', [{ text: 'hello' }]);
  onTestFinished(() => standin.close());
  const asked: string[] = [];
  const proxy = createServer((incoming, response) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { method, headers } = incoming;
    const onward = request(incoming.url!, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  // What is encrypted goes through a tunnel; this one lets nothing through.
  proxy.on('connect', ({ method, url }, socket) => {
    asked.push(`${method} ${url}`);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => proxy.closeAllConnections());
  onTestFinished(() => void proxy.close());
  const proxyURL = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const askIn = async (extra: Record<string, string>) => {
    const env = { ...standin.env, HTTP_PROXY: proxyURL, HTTPS_PROXY: proxyURL, ...extra };
    const code = `const { ask, openModel } = await import(${JSON.stringify(INDEX)});
      const model = await openModel('anthropic/claude', { home: '/nowhere', env: ${JSON.stringify(env)} });
      const prompt = [{ role: 'user', content: [{ type: 'text', text: 'x' }] }];
      const reply = await ask(model, { prompt, tools: [] }, { retry: { tries: 1 } }).catch(({ code }) => code);
      console.log(reply.content?.[0].text ?? reply);`;
    return (await run(process.execPath, ['--input-type=module', '-e', code], { env: {} })).stdout.trim();
  };
  expect(await askIn({ NO_PROXY: '127.0.0.1' })).toBe('hello');
  expect(asked).toEqual([]);
  expect(await askIn({})).toBe('hello');
  expect(asked.splice(0)).toEqual([`POST ${standin.url}/v1/messages`]);
  expect(await askIn({ ANTHROPIC_BASE_URL: 'https://models.example' })).toBe('forbidden');
  expect(asked).toEqual(['CONNECT models.example:443']);
});

test("a refusal that quotes a gateway's header does not tell it", async () => {
  const server = createServer((request, response) => {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: `no access for ${request.headers['x-team']}` } }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const providers = {
    lab: { baseURL: `http://127.0.0.1:${port}/v1`, headers: { 'x-team': 'top-secret-team' } },
  };
  const model = await openModel('lab/m', { home: '/nowhere', env: {}, config: { providers } });
  const failure = await ask(model, { prompt: [user('go')], tools: [] }).catch((error: Error) => error);
  server.close();
  expect(String(failure)).toContain('no access for ***');
  expect(JSON.stringify(failure)).not.toContain('top-secret-team');
});
