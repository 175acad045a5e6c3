import type { ObjectStore } from '@heddle/core';
import * as z from 'zod/mini';
import type { TrialResult } from '../trial-result.ts';
import { FLAGS, type Flag, type FlagName, flagNames } from './flag.ts';

const SEVERITIES = ['note', 'warning', 'grave'] as const;

const flagsSchema = z.array(
  z.object({
    name: z.enum(Object.keys(FLAGS) as [FlagName, ...FlagName[]]),
    severity: z.enum(SEVERITIES),
    why: z.string(),
    evidence: z.string(),
    rollout: z.nullable(z.string()),
    position: z.nullable(z.number()),
    step: z.nullable(z.number()),
  }),
);

/** What a trial's row holds of its flags: the names that count, and where all of them are with what they rest on. */
export function keepFlags(
  objects: ObjectStore,
  flags: readonly Flag[],
): Pick<TrialResult, 'flags' | 'flagsDigest'> {
  if (flags.length === 0) return { flags: [] };
  return { flags: flagNames(flags), flagsDigest: objects.put(JSON.stringify(flags)) };
}

/** The gravest first; empty: there are none, or their names alone were kept (older rows, imports). */
export function keptFlags(objects: ObjectStore, { flagsDigest }: TrialResult): readonly Flag[] {
  if (flagsDigest === undefined || !objects.has(flagsDigest)) return [];
  const text = Buffer.from(objects.get(flagsDigest)).toString('utf8');
  return flagsSchema.safeParse(jsonOf(text)).data ?? [];
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
