import type { Attributes, PlainSpan, Value } from './span.ts';

/** The conventions' names and OpenInference's for the same number. */
const SAME: Readonly<Record<string, string>> = {
  'gen_ai.usage.input_tokens': 'llm.token_count.prompt',
  'gen_ai.usage.output_tokens': 'llm.token_count.completion',
  'gen_ai.usage.cache_read.input_tokens': 'llm.token_count.prompt_details.cache_read',
  'gen_ai.usage.cache_write.input_tokens': 'llm.token_count.prompt_details.cache_write',
  'gen_ai.usage.reasoning.output_tokens': 'llm.token_count.completion_details.reasoning',
  'gen_ai.usage.cost': 'llm.cost.total',
  'gen_ai.conversation.id': 'session.id',
};

/** The names of OpenInference for what a span says already. */
export function openInference(
  span: PlainSpan,
  kind: string,
  shown: { readonly input?: string | null; readonly output?: string | null },
): Attributes {
  const { attributes } = span;
  const named = Object.entries(SAME).flatMap(([from, to]): [string, Value][] => {
    const value = attributes[from];
    return value === undefined ? [] : [[to, value]];
  });
  const more = (name: string, value: Value | undefined | null): Attributes =>
    value === undefined || value === null ? {} : { [name]: value };
  const [input, output] = [attributes['gen_ai.usage.input_tokens'], attributes['gen_ai.usage.output_tokens']];
  const total = typeof input === 'number' && typeof output === 'number' ? input + output : undefined;
  return {
    'openinference.span.kind': kind,
    ...Object.fromEntries(named),
    ...more('llm.token_count.total', total),
    ...(kind === 'LLM' ? more('llm.model_name', attributes['gen_ai.request.model']) : {}),
    ...(kind === 'TOOL' ? more('tool.name', attributes['gen_ai.tool.name']) : {}),
    ...(kind === 'TOOL' ? more('tool.parameters', attributes['gen_ai.tool.call.arguments']) : {}),
    ...(kind === 'AGENT' ? more('agent.name', attributes['gen_ai.agent.name']) : {}),
    ...more('input.value', shown.input),
    ...more('output.value', shown.output),
  };
}
