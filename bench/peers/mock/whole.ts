import type { Fields } from './json.ts';
import type { Answer } from './tool.ts';

/** Any moment will do; the same in each run. */
const CREATED = 1_790_000_000;

// Answers to requests that do not stream: one JSON value. Mostly an agent's questions beside its work.

export function chatWhole({ id, text, call, tokens }: Answer, { model }: Fields): unknown {
  const named = call && { name: call.tool.name, arguments: call.input };
  const calls = named && { tool_calls: [{ id: `call_${id}`, type: 'function', function: named }] };
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: CREATED,
    model,
    choices: [
      {
        index: 0,
        finish_reason: call === undefined ? 'stop' : 'tool_calls',
        message: { role: 'assistant', content: text ?? null, ...calls },
      },
    ],
    usage: {
      prompt_tokens: tokens.input,
      completion_tokens: tokens.output,
      total_tokens: tokens.input + tokens.output,
    },
  };
}

export function responsesWhole({ id, text, call, tokens }: Answer, { model }: Fields): unknown {
  const item =
    call === undefined
      ? {
          type: 'message',
          id: `msg_${id}`,
          role: 'assistant',
          content: [{ type: 'output_text', text, annotations: [] }],
        }
      : {
          type: 'function_call',
          id: `fc_${id}`,
          call_id: `call_${id}`,
          name: call.tool.name,
          arguments: call.input,
        };
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: CREATED,
    model,
    status: 'completed',
    output: [{ ...item, status: 'completed' }],
    usage: {
      input_tokens: tokens.input,
      output_tokens: tokens.output,
      total_tokens: tokens.input + tokens.output,
    },
  };
}

export function anthropicWhole({ id, text, call, tokens }: Answer, { model }: Fields): unknown {
  const block =
    call === undefined
      ? { type: 'text', text }
      : { type: 'tool_use', id: `call_${id}`, name: call.tool.name, input: JSON.parse(call.input) };
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [block],
    stop_reason: call === undefined ? 'end_turn' : 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: tokens.input, output_tokens: tokens.output },
  };
}

export function geminiWhole({ text, call, tokens }: Answer): unknown {
  const part =
    call === undefined ? { text } : { functionCall: { name: call.tool.name, args: JSON.parse(call.input) } };
  return {
    candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts: [part] } }],
    usageMetadata: {
      promptTokenCount: tokens.input,
      candidatesTokenCount: tokens.output,
      totalTokenCount: tokens.input + tokens.output,
    },
  };
}
