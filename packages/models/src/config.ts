import * as z from 'zod/mini';

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;

const rate = z.number().check(z.nonnegative());

const price = z.object({
  input: rate,
  output: rate,
  cacheRead: z.optional(rate),
  cacheWrite: z.optional(rate),
  contextTokens: z.optional(z.number().check(z.positive())),
});

const provider = z.object({
  /** Which wire format it speaks. Default: its own for a built-in name, else OpenAI's chat completions. */
  format: z.optional(z.enum(['anthropic', 'openai', 'openai-chat', 'google', 'compatible'])),
  /** Required for a name that is not built in. */
  baseURL: z.optional(z.string()),
  /** The environment variable that holds the key. Keys themselves never stand in a configuration file. */
  apiKeyEnv: z.optional(z.string()),
  /** A file that holds the key; read again when the key is refused, so that it may be replaced while Heddle runs. */
  apiKeyFile: z.optional(z.string()),
  /** Sent with each request. */
  headers: z.optional(z.record(z.string(), z.string())),
  /** Seconds without a byte after which a request counts as lost. */
  silenceSeconds: z.optional(z.number().check(z.positive())),
  /** What the key is allowed, over all processes that work on one store: requests wait instead of being refused. */
  rate: z.optional(
    z.strictObject({
      requestsPerMinute: z.optional(z.number().check(z.positive())),
      tokensPerMinute: z.optional(z.number().check(z.positive())),
    }),
  ),
});

/** The part of the configuration file that is about models. */
export const modelsConfigSchema = z.object({
  /** The model to use when none is named: any form `--model` takes. */
  model: z.optional(z.string()),
  /** Who summarises the oldest steps when the context fills: a model, or `none` (a line per step). */
  memory: z.optional(z.string()),
  /** Who tells how near texts are in meaning, for what is recalled: `provider/model`. */
  embedding: z.optional(z.string()),
  providers: z.optional(z.record(z.string(), provider)),
  /** Prefix of `provider/model` -> dollars per million tokens; comes before Heddle's own table. */
  prices: z.optional(z.record(z.string(), price)),
  options: z.optional(
    z.object({
      maxOutputTokens: z.optional(z.int().check(z.positive())),
      temperature: z.optional(z.number()),
      seed: z.optional(z.int()),
      effort: z.optional(z.enum(EFFORTS)),
    }),
  ),
});

export type ModelsConfig = z.infer<typeof modelsConfigSchema>;
export type ProviderConfig = z.infer<typeof provider>;

/** How many tokens a relay's answerer reads, if the user says so; whatever its label, the price line is `relay`. */
export function relayContextTokens(config: ModelsConfig = {}): number | undefined {
  return config.prices?.relay?.contextTokens;
}
