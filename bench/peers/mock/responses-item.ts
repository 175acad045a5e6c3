import { named } from '../../../packages/models/test/standins/server.ts';
import type { Fields } from './json.ts';
import type { Answer } from './tool.ts';

/**
 * A call as the Responses API streams it where it is no plain function: one of a tool that takes free text, or of one
 * in a namespace. Text and plain functions are the stand-in's.
 */
export function itemEvents({ id, call, tokens }: Answer, { model }: Fields): string {
  const { tool, input } = call!;
  const item =
    tool.kind === 'custom'
      ? { type: 'custom_tool_call', id: `ctc_${id}`, call_id: `call_${id}`, name: tool.name, input }
      : {
          type: 'function_call',
          id: `fc_${id}`,
          call_id: `call_${id}`,
          name: tool.name,
          namespace: tool.namespace,
          arguments: input,
        };
  const response = { id: `resp_${id}`, object: 'response', created_at: 0, model, output: [] as object[] };
  const usage = {
    input_tokens: tokens.input,
    input_tokens_details: { cached_tokens: tokens.cached },
    output_tokens: tokens.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: tokens.input + tokens.output,
  };
  const done = { ...item, status: 'completed' };
  return [
    { type: 'response.created', response: { ...response, status: 'in_progress' } },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress' } },
    { type: 'response.output_item.done', output_index: 0, item: done },
    { type: 'response.completed', response: { ...response, status: 'completed', output: [done], usage } },
  ]
    .map((event, sequence_number) => named(Object.assign(event, { sequence_number })))
    .join('');
}
