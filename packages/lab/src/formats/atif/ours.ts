import { usageSchema } from '@heddle/core';
import * as z from 'zod/mini';
import { OURS } from './export.ts';

const nullableNumber = z.nullable(z.number());

const outcomes = z.nullable(z.enum(['ok', 'error', 'interrupted']));

/** A nested call as it was: it is told to nobody but us. */
export interface NestedCall {
  readonly id: string;
  readonly tool: string;
  readonly input: Record<string, unknown> | null;
  readonly raw?: string | undefined;
  readonly position: number | null;
  readonly at: number | null;
  readonly endedAt: number | null;
  readonly outcome: 'ok' | 'error' | 'interrupted' | null;
  readonly content: string;
  readonly images: { mediaType: string; object: string }[];
  readonly calls: NestedCall[];
}

const nestedSchema: z.ZodMiniType<NestedCall> = z.object({
  id: z.string(),
  tool: z.string(),
  input: z.nullable(z.record(z.string(), z.unknown())),
  raw: z.optional(z.string()),
  position: nullableNumber,
  at: nullableNumber,
  endedAt: nullableNumber,
  outcome: outcomes,
  content: z.string(),
  images: z.array(z.object({ mediaType: z.string(), object: z.string() })),
  get calls(): z.ZodMiniType<NestedCall[]> {
    return z.array(nestedSchema);
  },
});

const position = z.optional(z.number());

const callOurs = z.object({
  position,
  raw: z.optional(z.string()),
  at: nullableNumber,
  endedAt: nullableNumber,
  outcome: outcomes,
  calls: z.optional(z.array(nestedSchema)),
});

const stepOurs = z.union([
  z.object({ kind: z.literal('empty') }),
  z.object({
    kind: z.literal('turn'),
    position,
    step: z.number(),
    finish: z.nullable(z.string()),
    endedAt: nullableNumber,
  }),
  z.object({
    kind: z.literal('checked'),
    position,
    step: z.number(),
    status: z.enum(['passed', 'failed', 'hung', 'broken']),
    counts: z.nullable(z.object({ passed: z.number(), failed: z.number(), skipped: z.number() })),
    failing: z.array(z.string()),
    endedAt: nullableNumber,
  }),
  z.object({
    kind: z.literal('folded'),
    position,
    by: z.enum(['model', 'rule']),
    tokens: z.object({ before: z.number(), after: z.number() }),
  }),
  z.object({
    kind: z.literal('consulted'),
    position,
    role: z.string(),
    model: z.string(),
    usage: usageSchema,
    usd: z.number(),
    seconds: z.number(),
    failure: z.nullable(z.string()),
  }),
  z.object({
    kind: z.literal('child'),
    position,
    outcome: z.nullable(z.object({ status: z.string(), reason: z.string() })),
    endedAt: nullableNumber,
  }),
  z.object({ kind: z.literal('failed'), position, step: z.number(), code: z.string(), message: z.string() }),
  z.object({ kind: z.optional(z.undefined()), position, by: z.enum(['system', 'user', 'harness']) }),
]);

const headOurs = z.object({
  task: z.nullable(z.string()),
  startedAt: nullableNumber,
  parent: z.nullable(z.string()),
  within: z.nullable(z.object({ rollout: z.string(), path: z.string() })),
  meta: z.record(z.string(), z.unknown()),
  end: z.nullable(
    z.object({
      status: z.nullable(
        z.enum(['solved', 'unverified', 'gave-up', 'limit', 'model-unreachable', 'failed', 'interrupted']),
      ),
      verified: z.nullable(z.boolean()),
      probability: nullableNumber,
      reason: z.string(),
      endedAt: nullableNumber,
      patch: z.nullable(z.string()),
      steps: z.number(),
      seconds: nullableNumber,
    }),
  ),
});

type Extra = Record<string, unknown> | null | undefined;

/** What an export of ours left in `extra`; null: it is somebody else's document, or another's use of the name. */
function oursOf<S extends z.ZodMiniType>(schema: S, extra: Extra): z.infer<S> | null {
  const parsed = schema.safeParse(extra?.[OURS]);
  return parsed.success ? parsed.data : null;
}

export const stepOursOf = (extra: Extra) => oursOf(stepOurs, extra);
export const callOursOf = (extra: Extra) => oursOf(callOurs, extra);
export const headOursOf = (extra: Extra) => oursOf(headOurs, extra);
