import { canonicalJson, digestOf, issueText, OperatorError, type Store } from '@heddle/core';
import * as z from 'zod/mini';

const limitsSchema = z.partial(
  z.object({ steps: z.number(), usd: z.number(), tokens: z.number(), seconds: z.number() }),
);

/**
 * All that was asked of an experiment: what makes the same trials again, on this machine or another. Kept as an object,
 * so that two experiments with the same plan have the same digest.
 */
export const planSchema = z.object({
  format: z.literal(1),
  dataset: z.object({
    name: z.string(),
    /** Which adapter reads it. */
    format: z.string(),
    /** Absolute, or an address. */
    path: z.string(),
    /** Digest of all its instances, chosen or not. */
    version: z.string(),
    /** Of those chosen. */
    chosen: z.string(),
    /** What the adapter was told (`DatasetOptions`). */
    options: z.record(z.string(), z.unknown()),
  }),
  /** Those selected, with what statistics need of each: a table is made without reading the dataset. */
  instances: z.array(z.object({ id: z.string(), cluster: z.string() })),
  agents: z.array(
    z.object({
      name: z.string(),
      /** As it was written after `--agent`. */
      spec: z.string(),
      kind: z.enum(['heddle', 'acp', 'command', 'oracle', 'nothing']),
      /** Digest of all that makes it what it is. */
      version: z.string(),
      model: z.nullable(z.string()),
    }),
  ),
  /** Of each agent at each instance. */
  attempts: z.number(),
  /** Of each attempt. */
  limits: limitsSchema,
  /** Of the order of work; attempt k is made with seed + k - 1. */
  seed: z.number(),
  sandbox: z.string(),
  network: z.boolean(),
  /** Applied to each graded trial. */
  scorers: z.array(z.string()),
});

export type ExperimentPlan = z.infer<typeof planSchema>;

/** Gives the digest. */
export function keepPlan(store: Store, plan: ExperimentPlan): string {
  return store.objects.put(canonicalJson(plan));
}

export function digestOfPlan(plan: ExperimentPlan): string {
  return digestOf(canonicalJson(plan));
}

/** Throws OperatorError `plan-unreadable`: it is of a newer Heddle. */
export function readPlan(store: Store, digest: string): ExperimentPlan {
  const parsed = planSchema.safeParse(JSON.parse(Buffer.from(store.objects.get(digest)).toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new OperatorError(
    'plan-unreadable',
    `the plan of this experiment cannot be read: ${issueText(parsed.error.issues[0]!)}`,
    { hint: 'it was made by a newer Heddle: update, or begin it anew with `heddle eval`' },
  );
}
