import {
  type Fault,
  type FaultKind,
  inputOf,
  named,
  pieces,
  type StandinReply,
  type StandinRequest,
  usageOf,
  type WireDialect,
} from './server.ts';

interface Block {
  readonly type: string;
  readonly id?: string;
  readonly tool_use_id?: string;
}

/** Anthropic's Messages API. */
export const anthropicWire: WireDialect = {
  route: (path) => (path === '/v1/messages' ? { model: undefined } : undefined),
  authorized: ({ headers }, key) =>
    headers['x-api-key'] === key && headers['anthropic-version'] === '2023-06-01',
  complaint: ({ body }) => pairing(body.messages as { role: string; content: Block[] }[]),
  events,
  error: (fault, key) => {
    const [status, type, message] = errorOf(fault, key);
    return { status, body: { type: 'error', error: { type, message }, request_id: 'req_standin' } };
  },
  errorEvent: (fault) => {
    const [, type, message] = errorOf(fault, '');
    return named({ type: 'error', error: { type, message } } as { type: string });
  },
};

/** Anthropic wants each turn of calls answered in the very next message. */
function pairing(messages: readonly { role: string; content: Block[] | string }[]): string | undefined {
  for (const [index, { content }] of messages.entries()) {
    const blocks = typeof content === 'string' ? [] : content;
    const calls = blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => id);
    const next = messages[index + 1]?.content;
    const results = (Array.isArray(next) ? next : [])
      .filter(({ type }) => type === 'tool_result')
      .map(({ tool_use_id }) => tool_use_id);
    if (calls.join() !== results.join())
      return `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${calls.join()}`;
  }
  return undefined;
}

const STOP_REASONS = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  other: 'compaction',
} as const;

function events(reply: StandinReply, { body }: StandinRequest): string[] {
  const usage = usageOf(reply);
  const found: string[] = [];
  const send = (data: { readonly type: string; readonly [field: string]: unknown }): void => {
    found.push(named(data));
  };
  send({
    type: 'message_start',
    message: {
      id: `msg_${reply.id ?? 'standin'}`,
      type: 'message',
      role: 'assistant',
      content: [],
      model: body.model,
      stop_reason: null,
      stop_sequence: null,
      usage: {
        input_tokens: usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens,
        cache_creation_input_tokens: usage.cacheWriteTokens,
        cache_read_input_tokens: usage.cacheReadTokens,
        output_tokens: 1,
      },
    },
  });
  send({ type: 'ping' });
  let index = 0;
  const block = (content_block: object, deltas: readonly object[]): void => {
    send({ type: 'content_block_start', index, content_block });
    for (const delta of deltas) send({ type: 'content_block_delta', index, delta });
    send({ type: 'content_block_stop', index });
    index += 1;
  };
  if (reply.reasoning)
    block({ type: 'thinking', thinking: '', signature: '' }, [
      ...pieces(reply.reasoning).map((thinking) => ({ type: 'thinking_delta', thinking })),
      { type: 'signature_delta', signature: reply.signature ?? 'signed' },
    ]);
  if (reply.text)
    block(
      { type: 'text', text: '' },
      pieces(reply.text).map((text) => ({ type: 'text_delta', text })),
    );
  for (const [n, call] of (reply.calls ?? []).entries())
    block({ type: 'tool_use', id: call.id ?? `toolu_${n}`, name: call.tool, input: {} }, [
      { type: 'input_json_delta', partial_json: '' },
      ...pieces(inputOf(call.input)).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
    ]);
  const finish = reply.finish ?? ((reply.calls ?? []).length > 0 ? 'tool-calls' : 'stop');
  send({
    type: 'message_delta',
    delta: { stop_reason: STOP_REASONS[finish], stop_sequence: null },
    usage: {
      output_tokens: usage.outputTokens,
      ...(usage.reasoningTokens > 0
        ? { output_tokens_details: { thinking_tokens: usage.reasoningTokens } }
        : {}),
    },
  });
  send({ type: 'message_stop' });
  return found;
}

function errorOf({ kind }: Fault, key: string): [status: number, type: string, message: string] {
  const errors: Partial<Record<FaultKind, [number, string, string]>> = {
    unauthorized: [401, 'authentication_error', `invalid x-api-key: ${key}`],
    forbidden: [
      403,
      'permission_error',
      'Your API key does not have permission to use the specified resource.',
    ],
    'not-found': [404, 'not_found_error', 'model: claude-nope'],
    'rate-limited': [
      429,
      'rate_limit_error',
      'This request would exceed the rate limit of your organization.',
    ],
    'out-of-credit': [
      400,
      'invalid_request_error',
      'Your credit balance is too low to access the Anthropic API.',
    ],
    'server-error': [500, 'api_error', 'Internal server error'],
    overloaded: [529, 'overloaded_error', 'Overloaded'],
    'overloaded-in-stream': [529, 'overloaded_error', 'Overloaded'],
    'overloaded-half-way': [529, 'overloaded_error', 'Overloaded'],
    'context-too-long': [400, 'invalid_request_error', 'prompt is too long: 207791 tokens > 200000 maximum'],
    'bad-request': [400, 'invalid_request_error', 'temperature: range: 0..1'],
  };
  return errors[kind]!;
}
