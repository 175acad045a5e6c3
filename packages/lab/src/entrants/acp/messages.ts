import * as z from 'zod/mini';

/**
 * The messages of the Agent Client Protocol, version 1, as far as they are read here: loosely, because agents speak
 * several editions of it. What is not understood is passed over, never an error.
 */
const text = z.string();
const maybe = <T extends z.core.SomeType>(schema: T) => z.catch(z.optional(z.nullable(schema)), undefined);

const blockSchema = z.looseObject({
  type: text,
  text: maybe(text),
  uri: maybe(text),
  mimeType: maybe(text),
  resource: maybe(z.looseObject({ text: maybe(text), uri: maybe(text) })),
});

const contentSchema = z.looseObject({
  type: text,
  content: maybe(blockSchema),
  path: maybe(text),
  oldText: maybe(text),
  newText: maybe(text),
  terminalId: maybe(text),
});

const callFields = {
  toolCallId: text,
  title: maybe(text),
  kind: maybe(text),
  status: maybe(text),
  content: maybe(z.array(contentSchema)),
  locations: maybe(z.array(z.looseObject({ path: text, line: maybe(z.number()) }))),
  rawInput: z.optional(z.unknown()),
  rawOutput: z.optional(z.unknown()),
};

const callSchema = z.looseObject(callFields);

const update = <K extends string, S extends z.core.$ZodLooseShape>(kind: K, shape: S) =>
  z.looseObject({ sessionUpdate: z.literal(kind), ...shape });

const usedCost = maybe(z.looseObject({ amount: z.number(), currency: text }));

/** `session/update`, by its kinds. */
export const updateSchema = z.discriminatedUnion('sessionUpdate', [
  update('user_message_chunk', {}),
  update('agent_message_chunk', { content: blockSchema, messageId: maybe(text) }),
  update('agent_thought_chunk', { content: blockSchema, messageId: maybe(text) }),
  update('tool_call', callFields),
  update('tool_call_update', callFields),
  update('plan', {
    entries: z.array(z.looseObject({ content: text, status: maybe(text), priority: maybe(text) })),
  }),
  update('available_commands_update', { availableCommands: z.array(z.looseObject({ name: text })) }),
  update('current_mode_update', { currentModeId: text }),
  update('config_option_update', {}),
  update('session_info_update', { title: maybe(text) }),
  update('usage_update', { used: maybe(z.number()), size: maybe(z.number()), cost: usedCost }),
  update('notice', { title: maybe(text), description: maybe(text) }),
  update('compaction_update', { status: maybe(text) }),
  update('compaction_summary_chunk', {}),
]);

export const notificationSchema = z.looseObject({
  sessionId: text,
  update: z.looseObject({ sessionUpdate: text }),
});

export const initializedSchema = z.looseObject({
  protocolVersion: z.number(),
  agentInfo: maybe(z.looseObject({ name: text, title: maybe(text), version: maybe(text) })),
  agentCapabilities: maybe(
    z.looseObject({
      loadSession: maybe(z.boolean()),
      sessionCapabilities: maybe(z.looseObject({ resume: z.optional(z.unknown()) })),
    }),
  ),
  authMethods: maybe(z.array(z.looseObject({ id: text, name: maybe(text) }))),
});

export const sessionSchema = z.looseObject({
  sessionId: text,
  modes: maybe(z.looseObject({ availableModes: maybe(z.array(z.looseObject({ id: text }))) })),
});

const tokenCount = z.looseObject({ input_tokens: maybe(z.number()), output_tokens: maybe(z.number()) });

/** How a turn ended. What it cost is no part of the protocol's stable edition: `usage` of its drafts, `quota` of gemini-cli. */
export const promptedSchema = z.looseObject({
  stopReason: text,
  _meta: maybe(z.looseObject({ quota: maybe(z.looseObject({ token_count: maybe(tokenCount) })) })),
  usage: maybe(
    z.looseObject({
      totalTokens: maybe(z.number()),
      inputTokens: maybe(z.number()),
      outputTokens: maybe(z.number()),
      thoughtTokens: maybe(z.number()),
      cachedReadTokens: maybe(z.number()),
      cachedWriteTokens: maybe(z.number()),
    }),
  ),
});

export const permissionSchema = z.looseObject({
  sessionId: text,
  toolCall: callSchema,
  options: z.array(z.looseObject({ optionId: text, name: maybe(text), kind: maybe(text) })),
});

export const readSchema = z.looseObject({ path: text, line: maybe(z.number()), limit: maybe(z.number()) });
export const writeSchema = z.looseObject({ path: text, content: text });
export const createTerminalSchema = z.looseObject({
  command: text,
  args: maybe(z.array(text)),
  env: maybe(z.array(z.looseObject({ name: text, value: text }))),
  cwd: maybe(text),
  outputByteLimit: maybe(z.number()),
});
export const terminalSchema = z.looseObject({ terminalId: text });

export type Block = z.infer<typeof blockSchema>;
export type CallContent = z.infer<typeof contentSchema>;
export type Call = z.infer<typeof callSchema>;
export type Prompted = z.infer<typeof promptedSchema>;
export type Permission = z.infer<typeof permissionSchema>;
