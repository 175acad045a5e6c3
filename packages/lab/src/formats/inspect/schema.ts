import * as z from 'zod/mini';

const text = z.optional(z.nullable(z.string()));
const number = z.optional(z.nullable(z.number()));
const record = z.record(z.string(), z.unknown());

const partSchema = z.looseObject({ type: z.string(), text, reasoning: text, image: text });
const contentSchema = z.union([z.string(), z.array(partSchema)]);

const messageSchema = z.looseObject({
  id: text,
  role: z.enum(['system', 'user', 'assistant', 'tool']),
  content: contentSchema,
  model: text,
  metadata: z.optional(z.nullable(record)),
  tool_calls: z.optional(
    z.nullable(
      z.array(z.looseObject({ id: z.string(), function: z.string(), arguments: record, parse_error: text })),
    ),
  ),
  tool_call_id: text,
  error: z.optional(z.nullable(z.looseObject({ type: text, message: text }))),
});

const usageSchema = z.looseObject({
  input_tokens: number,
  output_tokens: number,
  input_tokens_cache_write: number,
  input_tokens_cache_read: number,
  reasoning_tokens: number,
  total_cost: number,
});

const scoreSchema = z.looseObject({ value: z.unknown(), explanation: text });

/** Only what is read of events: what a reply cost, and when things happened. */
const eventSchema = z.looseObject({
  event: text,
  timestamp: text,
  completed: text,
  id: text,
  /** Of `model`: other kinds of events have another thing under this name. */
  output: z.optional(z.unknown()),
});

export const outputSchema = z.looseObject({
  choices: z.optional(z.array(z.looseObject({ message: z.looseObject({ id: text }), stop_reason: text }))),
  usage: z.optional(z.nullable(usageSchema)),
});

export const sampleSchema = z.looseObject({
  id: z.union([z.string(), z.number()]),
  epoch: z.number(),
  input: z.union([z.string(), z.array(messageSchema)]),
  messages: z.optional(z.array(messageSchema)),
  scores: z.optional(z.nullable(z.record(z.string(), scoreSchema))),
  metadata: z.optional(z.nullable(record)),
  events: z.optional(z.nullable(z.array(eventSchema))),
  model_usage: z.optional(z.nullable(z.record(z.string(), usageSchema))),
  started_at: text,
  completed_at: text,
  total_time: number,
  working_time: number,
  uuid: text,
  error: z.optional(z.nullable(z.looseObject({ message: z.string() }))),
  limit: z.optional(z.nullable(z.looseObject({ type: z.string(), limit: number }))),
  attachments: z.optional(z.nullable(z.record(z.string(), z.string()))),
});

export const headerSchema = z.looseObject({
  version: z.optional(z.number()),
  status: text,
  eval: z.looseObject({
    eval_id: text,
    run_id: text,
    created: z.string(),
    task: z.string(),
    task_version: z.optional(z.nullable(z.union([z.string(), z.number()]))),
    solver: text,
    model: z.string(),
    dataset: z.optional(z.nullable(z.looseObject({ name: text }))),
    metadata: z.optional(z.nullable(record)),
  }),
});

export type InspectSample = z.infer<typeof sampleSchema>;
export type InspectHeader = z.infer<typeof headerSchema>;
export type InspectMessage = z.infer<typeof messageSchema>;
export type InspectUsage = z.infer<typeof usageSchema>;
export type InspectEvent = z.infer<typeof eventSchema>;
export type InspectOutput = z.infer<typeof outputSchema>;
