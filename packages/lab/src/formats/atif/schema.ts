import * as z from 'zod/mini';

const record = z.record(z.string(), z.unknown());
const extra = z.optional(z.nullable(record));
const text = z.optional(z.nullable(z.string()));
const number = z.optional(z.nullable(z.number()));

const partSchema = z.looseObject({
  type: z.string(),
  text,
  source: z.optional(z.nullable(z.looseObject({ media_type: text, path: z.string() }))),
});
const contentSchema = z.union([z.string(), z.array(partSchema)]);

const callSchema = z.looseObject({
  tool_call_id: z.string(),
  function_name: z.string(),
  arguments: z.optional(z.nullable(record)),
  extra,
});

const resultSchema = z.looseObject({
  source_call_id: text,
  content: z.optional(z.nullable(contentSchema)),
  subagent_trajectory_ref: z.optional(
    z.nullable(z.array(z.looseObject({ trajectory_id: text, trajectory_path: text }))),
  ),
  extra,
});

const metricsSchema = z.looseObject({
  prompt_tokens: number,
  completion_tokens: number,
  cached_tokens: number,
  cost_usd: number,
  /** As ADP's copy of the format calls it. */
  cost: number,
  extra,
});

const stepSchema = z.looseObject({
  step_id: z.number(),
  timestamp: text,
  source: z.enum(['system', 'user', 'agent']),
  message: z.optional(z.nullable(contentSchema)),
  model_name: text,
  reasoning_content: text,
  tool_calls: z.optional(z.nullable(z.array(callSchema))),
  observation: z.optional(z.nullable(z.looseObject({ results: z.array(resultSchema) }))),
  metrics: z.optional(z.nullable(metricsSchema)),
  llm_call_count: number,
  is_copied_context: z.optional(z.nullable(z.boolean())),
  extra,
});

/** What is read of a document; unknown fields (of 1.8, or somebody's own) are passed over. */
export const documentSchema = z.looseObject({
  schema_version: z.string().check(z.regex(/^ATIF-v1\.\d+$/, 'no ATIF 1.x')),
  session_id: text,
  trajectory_id: text,
  agent: z.looseObject({
    name: z.string(),
    version: z.optional(z.nullable(z.string())),
    model_name: text,
    tool_definitions: z.optional(z.nullable(z.array(record))),
    extra,
  }),
  steps: z.array(stepSchema).check(z.minLength(1)),
  notes: text,
  final_metrics: z.optional(
    z.nullable(
      z.looseObject({
        total_prompt_tokens: number,
        total_completion_tokens: number,
        total_cached_tokens: number,
        total_cost_usd: number,
        extra,
      }),
    ),
  ),
  subagent_trajectories: z.optional(z.nullable(z.array(z.unknown()))),
  extra,
});

export type AtifDocument = z.infer<typeof documentSchema>;
export type AtifStep = z.infer<typeof stepSchema>;
export type AtifCall = z.infer<typeof callSchema>;
export type AtifContent = z.infer<typeof contentSchema>;
