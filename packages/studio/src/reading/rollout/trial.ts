import { readableWithin } from '@heddle/agent';
import type { Store, TrialRow } from '@heddle/core';
import { FLAGS, type FlagName, keptFlags, parseResult, TEST_GROUPS, type TrialResult } from '@heddle/lab';
import * as z from 'zod/mini';
import type { FlagTold, OtherAttempt, TrialTold } from '../../told/rollout.ts';

/** Names of failed tests told of one group. */
const MOST_TESTS = 100;
/** Agents made of agents stand this deep in each other at most. */
const MOST_LEVELS = 20;

/** The trial that a rollout is an attempt of, or works for; null: none. */
export function trialRowOf(store: Store, rollout: string): TrialRow | null {
  let id = rollout;
  for (let level = 0; level < MOST_LEVELS; level++) {
    const trial = store.experiments.trialOf(id);
    if (trial !== null) return trial;
    const within = readableWithin(store, id);
    if (within === null) return null;
    id = within.rollout;
  }
  return null;
}

export function trialTold(
  store: Store,
  { experiment, agent, instance, attempt, ...row }: TrialRow,
): TrialTold {
  const name = store.experiments.list({ prefix: experiment, limit: 1 })[0]?.name ?? '';
  const { tries, state } = row;
  const key = { experiment, name, agent, instance, attempt, tries, state };
  if (row.result === null) return { ...key, resolved: null, infra: null, flags: [], tests: null };
  const result = parseResult(row.result);
  const { resolved, infra, verdictDigest } = result;
  return {
    ...{ ...key, resolved, infra },
    flags: flagsOf(store, result),
    tests: testsOf(store, verdictDigest),
  };
}

function flagsOf(store: Store, result: TrialResult): FlagTold[] {
  const kept = keptFlags(store.objects, result);
  return result.flags.map((name) => ({
    name,
    meaning: FLAGS[name as FlagName] ?? '',
    evidence: kept
      .filter((flag) => flag.name === name)
      .map(({ severity, why, evidence, rollout, step }) => ({
        ...{ severity, why, quote: evidence },
        at: rollout === null || step === null ? null : { rollout, step },
      })),
  }));
}

/** The other attempts at a trial's instance, of all agents; none of a rollout that is no trial's. */
export function othersAt(store: Store, rollout: string): OtherAttempt[] {
  const trial = trialRowOf(store, rollout);
  if (trial === null) return [];
  const { experiment, instance } = trial;
  return store.experiments
    .trials(experiment, { instance })
    .flatMap(({ agent, attempt, rollout: other, result }) =>
      other === null || other === trial.rollout
        ? []
        : [
            {
              agent,
              attempt,
              rollout: other,
              resolved: result === null ? null : parseResult(result).resolved,
            },
          ],
    );
}

/** An import may bring a verdict of another make: what it does not say of tests is not told. */
const verdictSchema = z.object({
  tests: z.nullable(
    z.record(z.string(), z.object({ success: z.array(z.string()), failure: z.array(z.string()) })),
  ),
});

function testsOf(store: Store, verdict: string): TrialTold['tests'] {
  if (!store.objects.has(verdict)) return null;
  const said = verdictSchema.safeParse(jsonOf(Buffer.from(store.objects.get(verdict)).toString('utf8')));
  if (!said.success || said.data.tests === null) return null;
  const { tests } = said.data;
  return TEST_GROUPS.flatMap((group) => {
    const { success, failure } = tests[group] ?? { success: [], failure: [] };
    if (success.length + failure.length === 0) return [];
    return [
      {
        ...{ group, passed: success.length, failedCount: failure.length },
        failed: failure.slice(0, MOST_TESTS),
      },
    ];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
