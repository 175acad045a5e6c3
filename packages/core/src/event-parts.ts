import * as z from 'zod/mini';

export const json = z.unknown();
export const seconds = z.number();
/** SHA-256 hex of bytes in the object store. */
export const digest = z.string();
/** Git tree id in the rollout's shadow store. */
export const snapshot = z.string();

export const usageSchema = z.object({
  /** All input tokens, cached ones included. */
  inputTokens: z.number(),
  cacheReadTokens: z.number(),
  cacheWriteTokens: z.number(),
  /** All output tokens, reasoning included. */
  outputTokens: z.number(),
  reasoningTokens: z.number(),
});

export const taskSchema = z.object({
  /** What is asked, in the user's words. */
  text: z.string(),
  /** Absolute path of the user's repository. */
  repo: z.string(),
  /** The commit the repository was at, or null without one. */
  commit: z.nullable(z.string()),
});

export const checkSpecSchema = z.object({
  /** Short unique name, e.g. `test`. */
  name: z.string(),
  /** Shell command run at the workspace's root. */
  command: z.string(),
  /** How its output is read; `plain` means exit code only. */
  framework: z.string(),
  timeoutSeconds: z.number(),
});

export const checkOutcomeSchema = z.object({
  /** `hung`: killed at its time limit. `broken`: it could not run (127, sandbox fault). */
  status: z.enum(['passed', 'failed', 'hung', 'broken']),
  exitCode: z.nullable(z.number()),
  /** Per-test counts when the output could be read, else null. */
  counts: z.nullable(z.object({ passed: z.number(), failed: z.number(), skipped: z.number() })),
  /** Names of failing tests, in order of appearance, capped. */
  failing: z.array(z.string()),
  /** `broken`: which limit of the sandbox ended it, or that its process was lost. */
  ended: z.optional(z.enum(['memory', 'processes', 'output', 'lost'])),
});

/** What a try that failed cost all the same, where its provider said so. */
export const spentSchema = z.object({ usage: usageSchema, usd: z.number() });

/** One part of a model's reply; `metadata` is what its provider wants sent back (signatures…). */
export const contentPartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string(), metadata: z.optional(json) }),
  z.object({ type: z.literal('reasoning'), text: z.string(), metadata: z.optional(json) }),
  z.object({
    type: z.literal('call'),
    id: z.string(),
    tool: z.string(),
    /** The arguments exactly as the model wrote them (JSON text, perhaps broken). */
    input: z.string(),
    metadata: z.optional(json),
  }),
]);

export const limitsSchema = z.object({
  steps: z.number(),
  usd: z.number(),
  tokens: z.number(),
  seconds: z.number(),
});

/** A tool of a server outside Heddle (MCP), as the model is told of it. */
export const foreignToolSchema = z.object({
  /** As the model calls it. */
  name: z.string(),
  server: z.string(),
  description: z.string(),
  /** JSON schema of its arguments. */
  inputSchema: z.record(z.string(), json),
});

/** Everything that made the rollout, enough to run it again. */
export const rolloutConfigSchema = z.object({
  model: z.string(),
  seed: z.number(),
  limits: limitsSchema,
  checks: z.array(checkSpecSchema),
  /** Where `checks` came from. */
  checksFrom: z.enum(['option', 'configuration', 'detected', 'none']),
  sandbox: z.string(),
  network: z.boolean(),
  tools: z.array(z.string()),
  /** False: it is not stopped for turning in circles. */
  stuckCheck: z.optional(z.boolean()),
  /** Tokens the model can read in one request; without it the prompt is never folded. */
  contextTokens: z.optional(z.number()),
  /** Who folds the oldest steps; without one the harness does it by rule. */
  memory: z.optional(z.string()),
  foreignTools: z.optional(z.array(foreignToolSchema)),
  /** Instead of the model's own. */
  temperature: z.optional(z.number()),
  /** An agent's own system prompt, instead of the default agent's. */
  system: z.optional(z.string()),
  /** Of an agent made of agents: what makes it again (`agent/src/compose/spec.ts`). */
  agent: z.optional(json),
  /** A foreign program does the work: the name of the entry that says which and how. Only its entry can take it up. */
  peer: z.optional(z.string()),
});

/** The rollout on whose behalf another one works, and for which of its agents. */
export const withinSchema = z.object({ rollout: z.string(), path: z.string() });

export const changedFile = z.object({ path: z.string(), status: z.enum(['added', 'modified', 'deleted']) });

export const STATUSES = ['solved', 'unverified', 'gave-up', 'limit', 'model-unreachable', 'failed'] as const;

export const named = z.object({ name: z.string(), version: digest });

/** How a piece of work ended: what an agent knows of the files it hands on. */
export const workSchema = z.object({
  /** `interrupted`: stopped on purpose before its end (another was sooner, a shared budget was used up). */
  status: z.enum([...STATUSES, 'interrupted']),
  verified: z.boolean(),
  probability: z.nullable(z.number()),
  reason: z.string(),
  /** The rollout that did it; null: put together from several. */
  rollout: z.nullable(z.string()),
});

/** What agents hand on to each other (`agent/src/compose/agent.ts`). */
export const agentStateSchema = z.object({
  task: z.string(),
  snapshot,
  work: z.nullable(workSchema),
  value: json,
});

/**
 * Where an agent stands in the agent it is part of: names joined by `/`, each with a number where it is called more
 * than once. The same in every run, so what is in the journal under a path is not done again.
 */
export const path = z.string();

/** A candidate's number within its selection, from 1; 0 stands for the files as they were. */
export const candidate = z.number();
