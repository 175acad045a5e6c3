import { describe, expect, test } from 'vitest';
import { ask, ModelError, type ModelErrorCode, type ModelsConfig } from '../src/index.ts';
import { assistant, BASH, EDIT, impatient, results, standinModel, system, user } from './helpers.ts';
import type { Fault, StandinName, StandinReply } from './standins/index.ts';
import { STANDINS } from './standins/index.ts';

/** What differs between wire formats, stated once; everything else is the same for all. */
interface Traits {
  /** The log of cache writes is part of the format. */
  readonly cacheWrites: boolean;
  /** Reasoning comes with something that must be sent back, and how the next request shows it. */
  readonly returns: ((body: string) => boolean) | null;
  /** A call's arguments travel as text, so broken JSON can arrive. */
  readonly textArguments: boolean;
  readonly contentFilter: boolean;
  readonly creditStatus: number;
  readonly keys: boolean;
}

const TRAITS: Record<StandinName, Traits> = {
  anthropic: {
    cacheWrites: true,
    returns: (body) => body.includes('"signature":"sig-1"'),
    textArguments: true,
    contentFilter: true,
    creditStatus: 400,
    keys: true,
  },
  'openai-responses': {
    cacheWrites: true,
    returns: (body) => body.includes('"encrypted_content":"sig-1"'),
    textArguments: true,
    contentFilter: true,
    creditStatus: 429,
    keys: true,
  },
  google: {
    cacheWrites: false,
    returns: (body) => body.includes('"thoughtSignature":"sig-1"'),
    textArguments: false,
    contentFilter: true,
    creditStatus: 402,
    keys: true,
  },
  'openai-chat': {
    cacheWrites: false,
    returns: null,
    textArguments: true,
    contentFilter: true,
    creditStatus: 429,
    keys: true,
  },
  ollama: {
    cacheWrites: false,
    returns: null,
    textArguments: true,
    contentFilter: true,
    creditStatus: 429,
    keys: false,
  },
};

const REQUEST = { prompt: [system('Be brief.'), user('fix it — größer als 0')], tools: [BASH, EDIT] };

const FULL: StandinReply = {
  reasoning: 'The bug is in line 3. Let me look 🧵 at it.',
  signature: 'sig-1',
  text: 'I look at the file — it is größer.',
  calls: [
    { tool: 'bash', input: { command: 'cat "a b.ts"\nls' }, id: 'id-1' },
    { tool: 'edit', input: { command: 'create', path: 'ü.ts', text: 'x\n' }, id: 'id-2' },
  ],
  usage: {
    inputTokens: 1000,
    cacheReadTokens: 600,
    cacheWriteTokens: 100,
    outputTokens: 50,
    reasoningTokens: 20,
  },
};

describe.each(Object.keys(STANDINS) as StandinName[])('%s', (name) => {
  const traits = TRAITS[name];

  test('a reply with reasoning, text and two calls arrives whole and in order', async () => {
    const { model } = await standinModel(name, [FULL]);
    const deltas: string[] = [];
    const reply = await ask(model, REQUEST, { onDelta: (text) => deltas.push(text) });
    expect(
      reply.content.map((part) =>
        part.type === 'call' ? [part.type, part.id, part.tool] : [part.type, part.text],
      ),
    ).toEqual([
      ['reasoning', FULL.reasoning],
      ['text', FULL.text],
      ['call', 'id-1', 'bash'],
      ['call', 'id-2', 'edit'],
    ]);
    expect(reply.content.flatMap((part) => (part.type === 'call' ? [JSON.parse(part.input)] : []))).toEqual(
      FULL.calls!.map(({ input }) => input),
    );
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.join('')).toBe(FULL.text);
    expect(reply.finish).toBe('tool-calls');
  });

  test('usage with cache tokens, and the cost by the price table', async () => {
    const { model } = await standinModel(name, [FULL], {
      prices: { [`${STANDINS[name].spec}`]: { input: 10, output: 100, cacheRead: 1, cacheWrite: 12 } },
    });
    const reply = await ask(model, REQUEST);
    const cacheWriteTokens = traits.cacheWrites ? 100 : 0;
    expect(reply.usage).toEqual({
      inputTokens: 1000,
      cacheReadTokens: 600,
      cacheWriteTokens,
      outputTokens: 50,
      reasoningTokens: 20,
    });
    const fresh = 1000 - 600 - cacheWriteTokens;
    expect(reply.usd).toBeCloseTo((fresh * 10 + 600 * 1 + cacheWriteTokens * 12 + 50 * 100) / 1e6, 12);
  });

  test('the reply can be sent back with its results, and what rides on reasoning returns', async () => {
    const { model, standin } = await standinModel(name, [FULL, { text: 'done' }]);
    const first = await ask(model, REQUEST);
    const second = await ask(model, {
      ...REQUEST,
      prompt: [...REQUEST.prompt, assistant(first.content), results(first.content)],
    });
    expect(second.content).toMatchObject([{ type: 'text', text: 'done' }]);
    if (traits.returns !== null) expect(traits.returns(standin.requests[1]!.text)).toBe(true);
  });

  test('the conversation grows at its end: each request begins as the one before', async () => {
    const { model, standin } = await standinModel(name, [FULL, FULL, { text: 'done' }]);
    let prompt = REQUEST.prompt;
    for (let turn = 0; turn < 3; turn += 1) {
      const reply = await ask(model, { ...REQUEST, prompt });
      const ids = reply.content.map((part) =>
        part.type === 'call' ? { ...part, id: `${part.id}-${turn}` } : part,
      );
      prompt = [...prompt, assistant(ids), results(ids)];
    }
    const bodies = standin.requests.map(({ body }) => conversationIn(unmarked(body)));
    for (const [turn, body] of bodies.entries()) {
      expect(body.fixed).toBe(bodies[0]!.fixed);
      const before = bodies[turn - 1]?.messages ?? [];
      expect(body.messages.slice(0, before.length)).toEqual(before);
    }
  });

  if (traits.textArguments)
    test('broken JSON in a call comes as it was written, and can be sent back', async () => {
      const broken = '{"command": "ls", "tim';
      const { model, standin } = await standinModel(name, [
        { calls: [{ tool: 'bash', input: broken, id: 'id-1' }] },
        { text: 'sorry' },
      ]);
      const first = await ask(model, REQUEST);
      expect(first.content).toMatchObject([{ type: 'call', tool: 'bash', input: broken }]);
      await ask(model, {
        ...REQUEST,
        prompt: [...REQUEST.prompt, assistant(first.content), results(first.content)],
      });
      expect(standin.requests[1]!.text).toContain('invalid_json');
    });
  else
    test('a call of the right form but the wrong types comes as it was written (this format cannot carry broken JSON)', async () => {
      const { model } = await standinModel(name, [{ calls: [{ tool: 'bash', input: { comand: 7 } }] }]);
      expect((await ask(model, REQUEST)).content).toMatchObject([{ type: 'call', input: '{"comand":7}' }]);
    });

  test('a reply cut by length says so and keeps what is there', async () => {
    const { model } = await standinModel(name, [
      { text: 'half of it', finish: 'length', usage: { outputTokens: 8 } },
    ]);
    expect(await ask(model, REQUEST)).toMatchObject({ finish: 'length', content: [{ text: 'half of it' }] });
  });

  test('a filtered reply says so', async () => {
    const { model } = await standinModel(name, [
      { text: 'I', finish: 'content-filter', usage: { outputTokens: 1 } },
    ]);
    expect((await ask(model, REQUEST)).finish).toBe('content-filter');
  });

  test('an empty reply that was billed is a reply; one that was not is tried again', async () => {
    const billed = await standinModel(name, [{ usage: { outputTokens: 3 } }]);
    expect(await ask(billed.model, REQUEST)).toMatchObject({ content: [], finish: 'stop' });
    const lost = await standinModel(name, [{}, { text: 'here' }]);
    const { options, retried } = impatient();
    expect((await ask(lost.model, REQUEST, options)).content).toMatchObject([{ text: 'here' }]);
    expect(retried).toEqual(['empty-reply']);
  });

  test('settings are sent: the most output, and no tools when there are none', async () => {
    const { model, standin } = await standinModel(name, [{ text: 'a' }], {
      options: { maxOutputTokens: 777 },
    });
    await ask(model, { prompt: [user('hello')], tools: [] });
    expect(standin.requests[0]!.text).toContain('777');
    expect(standin.requests[0]!.body).not.toHaveProperty('tools');
  });

  test('reasoning effort is sent in the words of the provider', async () => {
    const { model, standin } = await standinModel(name, [{ text: 'a' }], { options: { effort: 'low' } });
    await ask(model, REQUEST);
    expect(standin.requests[0]!.text).toMatch(/"(effort|reasoning_effort|thinkingLevel)":"low"/i);
  });

  const transient: [Fault, ModelErrorCode][] = [
    [{ kind: 'rate-limited' }, 'rate-limited'],
    [{ kind: 'server-error' }, 'server-error'],
    [{ kind: 'overloaded' }, 'overloaded'],
    [{ kind: 'overloaded-in-stream' }, 'overloaded'],
    [{ kind: 'cut' }, 'stream-cut'],
    [{ kind: 'reset' }, 'stream-cut'],
    [{ kind: 'overloaded-half-way' }, 'overloaded'],
    [{ kind: 'hang-up' }, 'unreachable'],
    [{ kind: 'reset-at-once' }, 'unreachable'],
    [{ kind: 'garbage' }, 'unreachable'],
    [{ kind: 'web-page' }, 'unreachable'],
    [{ kind: 'nothing' }, 'empty-reply'],
    [{ kind: 'not-json' }, 'server-error'],
    [{ kind: 'silence' }, 'silent'],
    [{ kind: 'silence-half-way' }, 'silent'],
  ];

  test.each(transient)('$kind is tried again, and nothing of the failed try is left', async (fault, code) => {
    const { model, standin } = await standinModel(
      name,
      [{ ...FULL, fault }, { ...FULL, fault }, FULL],
      silenceAfter(name, fault),
    );
    const { options, retried } = impatient();
    const reply = await ask(model, REQUEST, options);
    expect(retried).toEqual([code, code]);
    expect(standin.requests).toHaveLength(3);
    expect(standin.requests[2]!.text).toBe(standin.requests[0]!.text);
    expect(reply.content.map(({ type }) => type)).toEqual(['reasoning', 'text', 'call', 'call']);
    expect(reply.content[1]).toMatchObject({ text: FULL.text });
  });

  const final: [Fault, ModelErrorCode, number][] = [
    [{ kind: 'forbidden' }, 'forbidden', 403],
    [{ kind: 'not-found' }, 'not-found', 404],
    [{ kind: 'out-of-credit' }, 'out-of-credit', traits.creditStatus],
    [{ kind: 'context-too-long' }, 'context-too-long', 400],
    [{ kind: 'bad-request' }, 'bad-request', 400],
  ];

  test.each(final)(
    '$kind ends at once with its name and the words of the provider',
    async (fault, code, status) => {
      const { model, standin } = await standinModel(name, [{ fault }]);
      const { options, retried } = impatient();
      const error = await failure(ask(model, REQUEST, options));
      expect({ code: error.code, status: error.status, retried }).toEqual({ code, status, retried: [] });
      expect(standin.requests).toHaveLength(1);
      expect(error.message).toMatch(
        new RegExp(`^${model.id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}: .+ \\(${status}\\): .{10,}`),
      );
      expect(error.message).not.toContain('\n');
    },
  );

  if (traits.keys)
    test('a wrong key is refused by name, and no key is in the error', async () => {
      const { model, standin } = await standinModel(name, [{ fault: { kind: 'unauthorized' } }]);
      const error = await failure(ask(model, REQUEST));
      expect(error.code).toBe('unauthorized');
      expect(error.hint).toContain('_API_KEY');
      const everything = JSON.stringify([error, error.message, error.stack, error.hint, error.cause]);
      expect(everything).toContain('***');
      expect(everything).not.toContain(standin.key);
    });

  test('retries end: the last error is thrown', async () => {
    const { model, standin } = await standinModel(name, [{ fault: { kind: 'server-error' } }]);
    const { options, waits } = impatient();
    expect((await failure(ask(model, REQUEST, { ...options, retry: { tries: 3 } }))).code).toBe(
      'server-error',
    );
    expect(standin.requests).toHaveLength(3);
    expect(waits).toHaveLength(2);
  });

  test('aborting ends it at once, before, during and between tries', async () => {
    const before = AbortSignal.abort();
    const { model, standin } = await standinModel(name, [{ ...FULL, fault: { kind: 'silence-half-way' } }]);
    expect((await failure(ask(model, REQUEST, { signal: before }))).code).toBe('aborted');
    expect(standin.requests).toHaveLength(0);
    const during = new AbortController();
    const asked = ask(model, REQUEST, { signal: during.signal });
    while (standin.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    during.abort();
    expect((await failure(asked)).code).toBe('aborted');
    const between = new AbortController();
    const limited = await standinModel(name, [{ fault: { kind: 'server-error' } }]);
    const waiting = ask(limited.model, REQUEST, { signal: between.signal, onRetry: () => between.abort() });
    expect((await failure(waiting)).code).toBe('aborted');
  });
});

/** A short silence for the stand-ins that are silent; the real minute for all others. */
function silenceAfter(name: StandinName, { kind }: Fault): ModelsConfig {
  if (kind !== 'silence' && kind !== 'silence-half-way') return {};
  return { providers: { [STANDINS[name].spec.split('/')[0]!]: { silenceSeconds: 0.2 } } };
}

async function failure(asked: Promise<unknown>): Promise<ModelError> {
  const error = await asked.then(
    () => new Error('it did not fail'),
    (thrown: unknown) => thrown,
  );
  if (error instanceof ModelError) return error;
  throw error;
}

/** The body without cache marks, which may move. */
function unmarked(body: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(body), (key, value: unknown) =>
    key === 'cache_control' ? undefined : value,
  ) as Record<string, unknown>;
}

function conversationIn(body: Record<string, unknown>): { messages: unknown[]; fixed: string } {
  const { messages, input, contents, ...fixed } = body;
  return { messages: (messages ?? input ?? contents) as unknown[], fixed: JSON.stringify(fixed) };
}
