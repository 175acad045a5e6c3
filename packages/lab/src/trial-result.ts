import { issueText, OperatorError } from '@heddle/core';
import * as z from 'zod/mini';

/** Why an attempt counts neither for nor against an agent: nothing is known of it. */
const infraSchema = z.object({ class: z.string(), code: z.string(), message: z.string() });

/** The thin row of a graded trial: what tables, comparisons and exports are made of. */
export const trialResultSchema = z.object({
  /** How the attempt ended. */
  status: z.string(),
  /** Null: no verdict, `infra` says why. */
  resolved: z.nullable(z.boolean()),
  reward: z.nullable(z.number()),
  /** After each try, where an instance has more than one (Aider: pass_rate_1, pass_rate_2). */
  resolvedByTry: z.optional(z.array(z.boolean())),
  /** As stated by the agent. */
  probability: z.nullable(z.number()),
  usd: z.number(),
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedTokens: z.number(),
  steps: z.number(),
  /** Of the attempt; grading is apart. */
  seconds: z.number(),
  gradeSeconds: z.number(),
  patch: z.enum(['applied', 'empty', 'not-applicable']),
  /** Digests of objects. */
  patchDigest: z.string(),
  /** The verdict as JSON, with its test groups. */
  verdictDigest: z.string(),
  infra: z.nullable(infraSchema),
  /** Signs of cheating by name (`cheating/`): beside the score, never in it. */
  flags: z.array(z.string()),
  /** All of them, notes too, with what each rests on (`cheating/kept-flags.ts`); absent: there are none, or only names. */
  flagsDigest: z.optional(z.string()),
});

export type TrialResult = z.infer<typeof trialResultSchema>;

/** Of a row of the store. Throws OperatorError `trial-unreadable`: a newer Heddle wrote it. */
export function parseResult(result: unknown): TrialResult {
  const parsed = trialResultSchema.safeParse(result);
  if (parsed.success) return parsed.data;
  const what = issueText(parsed.error.issues[0]!);
  throw new OperatorError('trial-unreadable', `the result of a trial cannot be read: ${what}`, {
    hint: 'it was written by a newer Heddle: update',
  });
}
