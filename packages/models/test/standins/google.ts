import {
  type Fault,
  type FaultKind,
  pieces,
  type StandinReply,
  type StandinRequest,
  unnamed,
  usageOf,
  type WireDialect,
} from './server.ts';

interface Content {
  readonly role: string;
  readonly parts: readonly {
    readonly functionCall?: { readonly name: string };
    readonly functionResponse?: { readonly name: string };
  }[];
}

/** Gemini's streamGenerateContent. */
export const googleWire: WireDialect = {
  route: (path) => {
    const match = /^\/v1beta\/models\/([^:]+):streamGenerateContent\?alt=sse$/.exec(path);
    return match === null ? undefined : { model: match[1] };
  },
  authorized: ({ headers }, key) => headers['x-goog-api-key'] === key,
  complaint: ({ body }) => pairing(body.contents as Content[]),
  events,
  error: (fault, key) => {
    const [code, status, message, details] = errorOf(fault, key);
    return { status: code, body: { error: { code, message, status, ...(details ? { details } : {}) } } };
  },
  errorEvent: (fault) => {
    const [code, status, message] = errorOf(fault, '');
    return unnamed({ error: { code, message, status } });
  },
};

/** Gemini counts: as many responses right after a turn as it had calls, and arguments that are an object. */
function pairing(contents: readonly Content[]): string | undefined {
  for (const [index, { parts }] of contents.entries()) {
    const calls = parts.flatMap(({ functionCall }) => (functionCall ? [functionCall] : []));
    const next = contents[index + 1]?.parts ?? [];
    const responses = next.flatMap(({ functionResponse }) =>
      functionResponse ? [functionResponse.name] : [],
    );
    if (calls.map(({ name }) => name).join() !== responses.join())
      return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
    if (calls.some((call) => typeof (call as { args?: unknown }).args !== 'object'))
      return 'Invalid value at function_call.args (type.googleapis.com/google.protobuf.Struct)';
  }
  return undefined;
}

const FINISH_REASONS = {
  stop: 'STOP',
  'tool-calls': 'STOP',
  length: 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  other: 'OTHER',
} as const;

function events(reply: StandinReply, { path }: StandinRequest): string[] {
  const { inputTokens, cacheReadTokens, outputTokens, reasoningTokens } = usageOf(reply);
  const usageMetadata = {
    promptTokenCount: inputTokens,
    ...(cacheReadTokens > 0 ? { cachedContentTokenCount: cacheReadTokens } : {}),
    candidatesTokenCount: outputTokens - reasoningTokens,
    ...(reasoningTokens > 0 ? { thoughtsTokenCount: reasoningTokens } : {}),
    totalTokenCount: inputTokens + outputTokens,
  };
  const found: string[] = [];
  const send = (parts: readonly object[], finishReason?: string): void => {
    found.push(
      unnamed({
        candidates: [
          { content: { parts, role: 'model' }, index: 0, ...(finishReason ? { finishReason } : {}) },
        ],
        usageMetadata,
        modelVersion: googleWire.route(path)?.model,
        responseId: reply.id ?? 'standin',
      }),
    );
  };
  for (const text of pieces(reply.reasoning ?? '')) send([{ text, thought: true }]);
  for (const text of pieces(reply.text ?? '')) send([{ text }]);
  for (const [n, call] of (reply.calls ?? []).entries()) {
    const signed = n === 0 && reply.signature ? { thoughtSignature: reply.signature } : {};
    const id = call.id === undefined ? {} : { id: call.id };
    send([{ functionCall: { name: call.tool, args: call.input, ...id }, ...signed }]);
  }
  const finish = reply.finish ?? ((reply.calls ?? []).length > 0 ? 'tool-calls' : 'stop');
  send([{ text: '' }], FINISH_REASONS[finish]);
  return found;
}

function errorOf({ kind }: Fault, key: string): [number, string, string, object[]?] {
  const errors: Partial<Record<FaultKind, [number, string, string, object[]?]>> = {
    unauthorized: [
      400,
      'INVALID_ARGUMENT',
      `API key not valid: ${key}. Please pass a valid API key.`,
      [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }],
    ],
    forbidden: [403, 'PERMISSION_DENIED', 'The caller does not have permission'],
    'not-found': [404, 'NOT_FOUND', 'models/gemini-nope is not found for API version v1beta'],
    'rate-limited': [
      429,
      'RESOURCE_EXHAUSTED',
      'You exceeded your current requests per minute.',
      [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' }],
    ],
    'out-of-credit': [402, 'FAILED_PRECONDITION', 'Billing is not enabled.'],
    'server-error': [500, 'INTERNAL', 'An internal error has occurred.'],
    overloaded: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
    'overloaded-in-stream': [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
    'overloaded-half-way': [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
    'context-too-long': [
      400,
      'INVALID_ARGUMENT',
      'The input token count (2845475) exceeds the maximum number of tokens allowed (1048576).',
    ],
    'bad-request': [400, 'INVALID_ARGUMENT', 'Invalid value at generation_config.temperature'],
  };
  return errors[kind]!;
}
