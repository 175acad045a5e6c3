import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { experimentSpans, otlpLines, rolloutSpans, sendTo } from '../../src/formats/otel/export.ts';
import { type Target, targetOf } from '../../src/formats/otel/targets.ts';
import { gradedExperiment } from './graded.ts';
import { Fields } from './protobuf.ts';
import { composed, longJournal, problemsOf, solved, temporaryStore } from './support.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly status: number;
  readonly attributes: Record<string, unknown>;
  readonly events: { readonly name: string; readonly attributes: Record<string, unknown> }[];
}

interface Received {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly spans: Span[];
  readonly service: unknown;
}

/** An OTLP collector: takes what comes, and decodes it by the wire format of `trace.proto`. */
async function collector(answer: (request: number) => number = () => 200) {
  const received: Received[] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests += 1;
      const status = answer(requests);
      const body = Buffer.concat(chunks);
      const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      if (status === 200)
        received.push({ url: request.url ?? '', headers: request.headers, ...decoded(bytes) });
      response.writeHead(status, { 'retry-after': '0' }).end(status === 200 ? '' : 'no such project');
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return { received, url, spans: () => received.flatMap(({ spans }) => spans) };
}

function decoded(bytes: Uint8Array): { spans: Span[]; service: unknown } {
  const [resourceSpans] = new Fields(bytes).messages(1);
  const resource = resourceSpans!.message(1)!;
  const spans = resourceSpans!.messages(2).flatMap((scope) => scope.messages(2).map(spanOf));
  return { spans, service: attributesOf(resource.messages(1))['service.name'] };
}

function spanOf(span: Fields): Span {
  return {
    traceId: span.hex(1),
    spanId: span.hex(2),
    parentSpanId: span.hex(4),
    name: span.text(5),
    kind: Number(span.number(6)),
    start: span.number(7),
    end: span.number(8),
    attributes: attributesOf(span.messages(9)),
    events: span
      .messages(11)
      .map((event) => ({ name: event.text(2), attributes: attributesOf(event.messages(3)) })),
    status: Number(span.message(15)?.number(3) ?? 0n),
  };
}

function attributesOf(pairs: readonly Fields[]): Record<string, unknown> {
  return Object.fromEntries(pairs.map((pair) => [pair.text(1), plainValue(pair.message(2)!)]));
}

function plainValue(value: Fields): unknown {
  if (value.has(1)) return value.text(1);
  if (value.has(2)) return value.number(2) === 1n;
  if (value.has(3)) return Number(value.number(3));
  if (value.has(4)) return value.double(4);
  return value.message(5)?.messages(1).map(plainValue);
}

const to = (url: string, more: Partial<Target> = {}): Target => ({ ...targetOf(url, [], {}), ...more });
const PLAIN = { content: false, openInference: false };

describe('spans over OTLP', () => {
  it('tell a real rollout: the agent, its model calls, tools and checks, with real times', async () => {
    const { store, rollout, result } = await solved();
    const { url, spans, received } = await collector();
    const sent = await sendTo(to(url), rolloutSpans(store, rollout, PLAIN), '0.1.0');
    expect(sent).toBe(spans().length);
    expect(received[0]).toMatchObject({ url: '/v1/traces', service: 'heddle' });
    expect(received[0]?.headers['content-type']).toBe('application/x-protobuf');
    const agent = spans().find(({ name }) => name === 'invoke_agent solo')!;
    const inside = spans().filter((span) => span !== agent);
    expect(inside.map(({ name }) => name.replace(/^chat .*/, 'chat'))).toEqual([
      ...['execute_tool test', 'chat', 'execute_tool bash', 'execute_tool bash', 'chat', 'execute_tool edit'],
      ...['execute_tool test', 'chat', 'execute_tool finish', 'chat', 'execute_tool finish'],
    ]);
    for (const span of inside) {
      expect(span).toMatchObject({ traceId: agent.traceId, parentSpanId: agent.spanId });
      expect(span.start >= agent.start && span.end <= agent.end && span.end >= span.start).toBe(true);
      expect(span.kind).toBe(span.name.startsWith('chat') ? 3 : 1);
    }
    expect(agent.attributes).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.agent.name': 'solo',
      'gen_ai.conversation.id': rollout,
      'gen_ai.usage.input_tokens': result.usage.inputTokens,
      'gen_ai.usage.output_tokens': result.usage.outputTokens,
    });
    expect(agent.events.map(({ name }) => name)).toEqual([
      'gen_ai.evaluation.result',
      'gen_ai.evaluation.result',
    ]);
    expect(agent.events[0]?.attributes).toMatchObject({
      'gen_ai.evaluation.name': 'verified',
      'gen_ai.evaluation.score.value': 1,
      'gen_ai.evaluation.score.label': 'pass',
    });
    const failed = spans().find(({ status }) => status === 2);
    expect(failed).toBeUndefined();
  });

  it('leave content out unless it is asked for, and then in the form of the conventions', async () => {
    const { store, rollout } = await solved();
    const bare = JSON.stringify(
      (await all(rolloutSpans(store, rollout, PLAIN))).filter(({ name }) => name !== 'invoke_agent solo'),
    );
    for (const secret of ['sum([1,2,3])', 'let i = 1', 'I look at it.', 'cat sum.js'])
      expect(bare).not.toContain(secret);
    const shown = await all(rolloutSpans(store, rollout, { ...PLAIN, content: true }));
    const chats = shown.filter(({ name }) => name.startsWith('chat'));
    for (const { attributes } of chats) {
      for (const name of ['gen_ai.input.messages', 'gen_ai.output.messages'])
        expect(problemsOf('genai-messages', JSON.parse(String(attributes[name])))).toEqual([]);
    }
    const [, second] = chats.map(
      ({ attributes }) => JSON.parse(String(attributes['gen_ai.input.messages'])) as { role: string }[],
    );
    expect(second?.map(({ role }) => role)).toEqual(['system', 'user', 'user', 'assistant', 'tool']);
    const tool = shown.find(({ name }) => name === 'execute_tool bash');
    expect(tool?.attributes['gen_ai.tool.call.arguments']).toBe('{"command":"cat sum.js"}');
  });

  it('have the same ids each time, so that sending twice doubles nothing', async () => {
    const { store, rollout } = await solved();
    const { url, spans } = await collector();
    await sendTo(to(url), rolloutSpans(store, rollout, PLAIN), '0.1.0');
    const first = spans().map(({ traceId, spanId }) => `${traceId} ${spanId}`);
    await sendTo(to(url), rolloutSpans(store, rollout, { ...PLAIN, content: true }), '0.1.0');
    const both = spans().map(({ traceId, spanId }) => `${traceId} ${spanId}`);
    expect(both).toEqual([...first, ...first]);
    expect(new Set(first).size).toBe(first.length);
  });

  it('nest the rollouts of an agent made of agents in one trace', async () => {
    const { store, rollout } = await composed();
    const spans = await all(rolloutSpans(store, rollout, PLAIN));
    const whole = spans.find(({ name }) => name.startsWith('invoke_workflow'))!;
    const children = spans.filter(({ name }) => name === 'invoke_agent solo');
    expect(children).toHaveLength(2);
    expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
    for (const child of children) {
      expect(child).toMatchObject({ traceId: whole.traceId, parentId: whole.spanId });
      expect(spans.filter(({ parentId }) => parentId === child.spanId).length).toBeGreaterThan(3);
    }
  });

  it('hold verdict and scores of a trial, a trace each', async () => {
    const { store, rollout } = await solved();
    const spans = await all(experimentSpans(store, gradedExperiment(store, rollout), PLAIN));
    const agent = spans.find(({ name }) => name === 'invoke_agent solo');
    expect(agent?.events.map(({ attributes }) => attributes['gen_ai.evaluation.name'])).toEqual([
      ...['resolved', 'diff', 'verified', 'stated-probability'],
    ]);
  });

  it('bear the names of OpenInference too where those are read', async () => {
    const { store, rollout } = await solved();
    const { url, spans } = await collector();
    await sendTo(to(url), rolloutSpans(store, rollout, { content: true, openInference: true }), '0.1.0');
    const kinds = spans().map(({ attributes }) => attributes['openinference.span.kind']);
    expect(new Set(kinds)).toEqual(new Set(['TOOL', 'LLM', 'AGENT']));
    const chat = spans().find(({ name }) => name.startsWith('chat'))!.attributes;
    expect(chat['llm.token_count.prompt']).toBe(chat['gen_ai.usage.input_tokens']);
    expect(chat['output.value']).toContain('I look at it.');
  });

  it('of a long rollout go out in batches, and are tried again when the collector puts them off', {
    timeout: 120_000,
  }, async () => {
    const store = temporaryStore();
    longJournal(store, 'long', 400);
    const { url, spans, received } = await collector((request) => (request === 2 ? 503 : 200));
    const sent = await sendTo(to(url), rolloutSpans(store, 'long', PLAIN), '0.1.0');
    expect(sent).toBe(801);
    expect(spans()).toHaveLength(801);
    expect(received.length).toBeGreaterThan(3);
    const whole = spans().find(({ name }) => name === 'invoke_agent solo');
    expect(whole?.events.filter(({ name }) => name === 'heddle.memory.folded')).toHaveLength(8);
  });

  it('say what the collector said when it refuses, and that nobody is there', async () => {
    const { store, rollout } = await solved();
    const { url } = await collector(() => 401);
    const send = (where: string) => sendTo(to(where), rolloutSpans(store, rollout, PLAIN), '0.1.0');
    await expect(send(url)).rejects.toMatchObject({
      code: 'otlp-refused',
      message: expect.stringContaining('401'),
    });
    await expect(send('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'otlp-unreachable' });
  });

  it('can be written as OTLP/JSON lines', async () => {
    const { store, rollout } = await solved();
    for await (const line of otlpLines(rolloutSpans(store, rollout, { ...PLAIN, content: true }), '0.1.0'))
      expect(problemsOf('otlp-traces', JSON.parse(line))).toEqual([]);
  });
});

describe('where spans go', () => {
  it('is a name with its keys from the environment, or an address', () => {
    const env = {
      WANDB_API_KEY: 'k',
      WANDB_PROJECT: 'me/it',
      LANGFUSE_PUBLIC_KEY: 'p',
      LANGFUSE_SECRET_KEY: 's',
      LANGFUSE_HOST: 'http://langfuse:3000',
      PHOENIX_API_KEY: 'x',
    };
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(targetOf('weave', ['x-more: 1'], env)).toEqual({
      url: 'https://trace.wandb.ai/agents/otel/v1/traces',
      headers: { Authorization: basic('api:k'), project_id: 'me/it', 'x-more': '1' },
      openInference: false,
    });
    expect(targetOf('langfuse', [], env)).toMatchObject({
      url: 'http://langfuse:3000/api/public/otel/v1/traces',
      headers: { Authorization: basic('p:s') },
    });
    expect(targetOf('phoenix', [], env)).toMatchObject({
      url: 'http://localhost:6006/v1/traces',
      headers: { Authorization: 'Bearer x' },
      openInference: true,
    });
    expect(targetOf('jaeger', [], {}).url).toBe('http://localhost:4318/v1/traces');
    expect(targetOf('http://host:1/own/path', ['a=b=c'], {})).toMatchObject({
      url: 'http://host:1/own/path',
      headers: { a: 'b=c' },
    });
    expect(() => targetOf('weave', [], {})).toThrow('WANDB_API_KEY');
    expect(() => targetOf('toString', [], {})).toThrow('no address');
    expect(() => targetOf('http://x', ['nothing'], {})).toThrow('NAME=VALUE');
  });
});

async function all<T>(values: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
}
