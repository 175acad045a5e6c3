import * as z from 'zod/mini';

const usage = z.strictObject({
  inputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  outputTokens: z.number(),
  reasoningTokens: z.number(),
});

/** A `SimpleReply` as it stands in a file. */
export const simpleReplySchema = z.strictObject({
  text: z.optional(z.string()),
  reasoning: z.optional(z.string()),
  calls: z.optional(
    z.array(z.strictObject({ tool: z.string(), input: z.unknown(), id: z.optional(z.string()) })),
  ),
  finish: z.optional(z.enum(['stop', 'length', 'content-filter', 'tool-calls', 'other'])),
  usage: z.optional(z.partial(usage)),
});
