import {
  type Fault,
  type FaultKind,
  inputOf,
  pieces,
  type StandinReply,
  type StandinRequest,
  unnamed,
  usageOf,
  type WireDialect,
} from './server.ts';

interface Message {
  readonly role: string;
  readonly tool_calls?: readonly { readonly id: string }[];
  readonly tool_call_id?: string;
}

/** OpenAI's chat completions, as OpenAI and all servers compatible with it speak them. */
export const openaiChatWire: WireDialect = {
  route: (path) => (path === '/v1/chat/completions' ? { model: undefined } : undefined),
  authorized: ({ headers }, key) => key === '' || headers.authorization === `Bearer ${key}`,
  complaint: ({ body }) => pairing(body.messages as Message[]),
  events,
  error: (fault, key) => {
    const [status, type, code, message] = openaiError(fault, key);
    return { status, body: { error: { message, type, param: null, code } } };
  },
  errorEvent: (fault) => {
    const [, type, code, message] = openaiError(fault, '');
    return unnamed({ error: { message, type, param: null, code } });
  },
};

function pairing(messages: readonly Message[]): string | undefined {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!open.includes(message.tool_call_id!))
        return "messages with role 'tool' must be a response to a preceding message with 'tool_calls'.";
      open = open.filter((id) => id !== message.tool_call_id);
    } else if (open.length > 0) {
      return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id': ${open.join()}`;
    }
    if (message.tool_calls) open = message.tool_calls.map(({ id }) => id);
  }
  return open.length > 0 ? `no tool message for ${open.join()}` : undefined;
}

const FINISH_REASONS = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  'content-filter': 'content_filter',
  other: 'other',
} as const;

function events(reply: StandinReply, { body }: StandinRequest): string[] {
  const head = {
    id: `chatcmpl-${reply.id ?? 'standin'}`,
    object: 'chat.completion.chunk',
    created: 1_790_000_000,
    model: body.model,
  };
  const chunk = (
    delta: object,
    finish_reason: string | null = null,
    logprobs: object | null = null,
  ): string => unnamed({ ...head, choices: [{ index: 0, delta, logprobs, finish_reason }] });
  const found = [chunk({ role: 'assistant', content: '' })];
  if (reply.reasoning)
    for (const reasoning_content of pieces(reply.reasoning)) found.push(chunk({ reasoning_content }));
  const first = reply.logprobs?.[0];
  const logprobs =
    reply.logprobs && first && body.logprobs === true
      ? { content: [{ ...first, bytes: null, top_logprobs: reply.logprobs }], refusal: null }
      : null;
  for (const [n, content] of pieces(reply.text ?? '', logprobs ? 1 : 3).entries())
    found.push(chunk({ content }, null, n === 0 ? logprobs : null));
  for (const [index, call] of (reply.calls ?? []).entries()) {
    const start = { name: call.tool, arguments: '' };
    found.push(
      chunk({ tool_calls: [{ index, id: call.id ?? `call_${index}`, type: 'function', function: start }] }),
    );
    for (const args of pieces(inputOf(call.input)))
      found.push(chunk({ tool_calls: [{ index, function: { arguments: args } }] }));
  }
  const finish = reply.finish ?? ((reply.calls ?? []).length > 0 ? 'tool-calls' : 'stop');
  found.push(chunk({}, FINISH_REASONS[finish]));
  const { inputTokens, cacheReadTokens, outputTokens, reasoningTokens } = usageOf(reply);
  found.push(
    unnamed({
      ...head,
      choices: [],
      usage: {
        prompt_tokens: inputTokens,
        completion_tokens: outputTokens,
        total_tokens: inputTokens + outputTokens,
        prompt_tokens_details: { cached_tokens: cacheReadTokens },
        completion_tokens_details: { reasoning_tokens: reasoningTokens },
      },
    }),
    'data: [DONE]\n\n',
  );
  return found;
}

export function openaiError(
  { kind }: Fault,
  key: string,
): [status: number, type: string, code: string | null, message: string] {
  const errors: Partial<Record<FaultKind, [number, string, string | null, string]>> = {
    unauthorized: [401, 'invalid_request_error', 'invalid_api_key', `Incorrect API key provided: ${key}.`],
    forbidden: [
      403,
      'invalid_request_error',
      'model_not_allowed',
      'Project does not have access to this model.',
    ],
    'not-found': [404, 'invalid_request_error', 'model_not_found', 'The model `gpt-nope` does not exist.'],
    'rate-limited': [429, 'requests', 'rate_limit_exceeded', 'Rate limit reached for requests per min.'],
    'out-of-credit': [429, 'insufficient_quota', 'insufficient_quota', 'You exceeded your current quota.'],
    'server-error': [500, 'server_error', null, 'The server had an error while processing your request.'],
    overloaded: [503, 'server_error', 'overloaded', 'The engine is currently overloaded.'],
    'overloaded-in-stream': [503, 'server_error', 'overloaded', 'The engine is currently overloaded.'],
    'overloaded-half-way': [503, 'server_error', 'overloaded', 'The engine is currently overloaded.'],
    'context-too-long': [
      400,
      'invalid_request_error',
      'context_length_exceeded',
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 204308 tokens.",
    ],
    'bad-request': [400, 'invalid_request_error', 'unsupported_value', "Unsupported value: 'temperature'."],
  };
  return errors[kind]!;
}
