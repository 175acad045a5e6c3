import { openaiError } from './openai-chat.ts';
import {
  inputOf,
  named,
  pieces,
  type StandinReply,
  type StandinRequest,
  usageOf,
  type WireDialect,
} from './server.ts';

interface Item {
  readonly type?: string;
  readonly call_id?: string;
}

/** OpenAI's Responses API. */
export const openaiResponsesWire: WireDialect = {
  route: (path) => (path === '/v1/responses' ? { model: undefined } : undefined),
  authorized: ({ headers }, key) => headers.authorization === `Bearer ${key}`,
  complaint: ({ body }) => pairing(body.input as Item[]),
  events,
  error: (fault, key) => {
    const [status, type, code, message] = openaiError(fault, key);
    return { status, body: { error: { message, type, param: null, code } } };
  },
  errorEvent: (fault) => {
    const [, type, code, message] = openaiError(fault, '');
    const data = { type: 'error', sequence_number: 0, error: { type, code, message, param: null } };
    return named(data);
  },
};

function pairing(input: readonly Item[]): string | undefined {
  const open = new Set<string>();
  for (const { type, call_id } of input) {
    if (type === 'function_call') open.add(call_id!);
    if (type === 'function_call_output' && !open.delete(call_id!))
      return `No tool call found for function call output with call_id ${call_id}.`;
  }
  return open.size > 0 ? `No tool output found for function call ${[...open].join()}.` : undefined;
}

function events(reply: StandinReply, { body }: StandinRequest): string[] {
  const found: string[] = [];
  let sequence_number = 0;
  const send = (data: { readonly type: string; readonly [field: string]: unknown }): void => {
    found.push(named({ ...data, sequence_number: sequence_number++ } as { type: string }));
  };
  const response = {
    id: `resp_${reply.id ?? 'standin'}`,
    object: 'response',
    created_at: 1_790_000_000,
    model: body.model,
    service_tier: 'default',
  };
  send({ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } });
  send({ type: 'response.in_progress', response: { ...response, status: 'in_progress', output: [] } });
  let output_index = 0;
  if (reply.reasoning) {
    const item = { id: 'rs_standin', type: 'reasoning', summary: [] as object[] };
    const at = { item_id: item.id, output_index, summary_index: 0 };
    send({ type: 'response.output_item.added', output_index, item });
    send({ type: 'response.reasoning_summary_part.added', ...at, part: { type: 'summary_text', text: '' } });
    for (const delta of pieces(reply.reasoning))
      send({ type: 'response.reasoning_summary_text.delta', ...at, delta });
    const part = { type: 'summary_text', text: reply.reasoning };
    send({ type: 'response.reasoning_summary_text.done', ...at, text: reply.reasoning });
    send({ type: 'response.reasoning_summary_part.done', ...at, part });
    send({
      type: 'response.output_item.done',
      output_index,
      item: { ...item, summary: [part], encrypted_content: reply.signature ?? 'encrypted' },
    });
    output_index += 1;
  }
  if (reply.text) {
    const item = {
      id: `msg_${reply.id ?? 'standin'}`,
      type: 'message',
      role: 'assistant',
      status: 'in_progress',
      content: [],
    };
    const at = { item_id: item.id, output_index, content_index: 0 };
    const part = { type: 'output_text', text: reply.text, annotations: [], logprobs: [] };
    const wanted = reply.logprobs !== undefined && body.top_logprobs !== undefined;
    const logprobs = wanted ? [{ ...reply.logprobs![0], top_logprobs: reply.logprobs }] : [];
    send({ type: 'response.output_item.added', output_index, item });
    send({ type: 'response.content_part.added', ...at, part: { ...part, text: '' } });
    for (const delta of pieces(reply.text, wanted ? 1 : 3))
      send({ type: 'response.output_text.delta', ...at, delta, logprobs });
    send({ type: 'response.output_text.done', ...at, text: reply.text, logprobs });
    send({ type: 'response.content_part.done', ...at, part });
    send({
      type: 'response.output_item.done',
      output_index,
      item: { ...item, status: 'completed', content: [part] },
    });
    output_index += 1;
  }
  for (const [n, call] of (reply.calls ?? []).entries()) {
    const args = inputOf(call.input);
    const item = {
      id: `fc_${reply.id ?? ''}${n}`,
      type: 'function_call',
      status: 'in_progress',
      call_id: call.id ?? `call_${n}`,
      name: call.tool,
      arguments: '',
    };
    const at = { item_id: item.id, output_index };
    send({ type: 'response.output_item.added', output_index, item });
    for (const delta of pieces(args)) send({ type: 'response.function_call_arguments.delta', ...at, delta });
    send({ type: 'response.function_call_arguments.done', ...at, arguments: args });
    send({
      type: 'response.output_item.done',
      output_index,
      item: { ...item, status: 'completed', arguments: args },
    });
    output_index += 1;
  }
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usageOf(reply);
  const usage = {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: cacheReadTokens,
      ...(cacheWriteTokens > 0 ? { cache_write_tokens: cacheWriteTokens } : {}),
    },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: reasoningTokens },
    total_tokens: inputTokens + outputTokens,
  };
  const cutBy = { length: 'max_output_tokens', 'content-filter': 'content_filter' }[String(reply.finish)];
  send({
    type: cutBy === undefined ? 'response.completed' : 'response.incomplete',
    response: {
      ...response,
      status: cutBy === undefined ? 'completed' : 'incomplete',
      incomplete_details: cutBy === undefined ? null : { reason: cutBy },
      output: [],
      usage,
    },
  });
  return found;
}
