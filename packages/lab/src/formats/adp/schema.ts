import * as z from 'zod/mini';

const text = z.optional(z.nullable(z.string()));
const shared = { tool_call_id: text, reward: z.optional(z.nullable(z.number())) };
const source = z.optional(z.enum(['user', 'agent', 'environment']));

export const itemSchema = z.discriminatedUnion('class_', [
  z.object({
    class_: z.literal('api_action'),
    ...shared,
    reasoning_content: text,
    function: z.string(),
    kwargs: z.record(z.string(), z.unknown()),
    description: text,
  }),
  z.object({
    class_: z.literal('code_action'),
    ...shared,
    reasoning_content: text,
    language: z.string(),
    content: z.string(),
    description: text,
  }),
  z.object({
    class_: z.literal('message_action'),
    ...shared,
    reasoning_content: text,
    content: z.string(),
    description: text,
  }),
  z.object({ class_: z.literal('text_observation'), ...shared, content: z.string(), name: text, source }),
  z.object({ class_: z.literal('image_observation'), ...shared, content: z.string(), source }),
  z.object({
    class_: z.literal('web_observation'),
    ...shared,
    html: text,
    axtree: text,
    url: text,
  }),
]);

const ADP_VERSIONS = ['1.0.0', '1.1.0', '1.2.0'] as const;

export const trajectorySchema = z.object({
  /** The first version had no such field. */
  schema_version: z.optional(z.enum(ADP_VERSIONS)),
  id: z.string(),
  content: z.array(itemSchema),
  available_custom_tools: z.optional(z.nullable(z.array(z.string()))),
  /** As versions before 1.1 call it. */
  available_apis: z.optional(z.nullable(z.array(z.string()))),
  available_code_languages: z.optional(z.nullable(z.array(z.string()))),
  details: z.optional(z.record(z.string(), z.unknown())),
});

export type AdpTrajectory = z.infer<typeof trajectorySchema>;
export type AdpItem = z.infer<typeof itemSchema>;
