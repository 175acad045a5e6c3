import { readableWithin } from '@heddle/agent';
import type { Store, TrialRow } from '@heddle/core';
import { FLAGS, type FlagName, parseResult, TEST_GROUPS, type Verdict } from '@heddle/lab';
import type { TrialTold } from '../../told/rollout.ts';

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
  const { resolved, infra, flags, verdictDigest } = parseResult(row.result);
  return {
    ...{ ...key, resolved, infra },
    flags: flags.map((flag) => ({ name: flag, meaning: FLAGS[flag as FlagName] ?? '' })),
    tests: testsOf(verdictIn(store, verdictDigest)),
  };
}

function testsOf(verdict: Pick<Verdict, 'tests'> | null): TrialTold['tests'] {
  const tests = verdict?.tests ?? null;
  if (tests === null) return null;
  return TEST_GROUPS.map((group) => {
    const { success, failure } = tests[group];
    return {
      ...{ group, passed: success.length, failedCount: failure.length },
      failed: failure.slice(0, MOST_TESTS),
    };
  });
}

/** Written by the harness itself; an import may have none. */
function verdictIn(store: Store, digest: string): Pick<Verdict, 'tests'> | null {
  if (!store.objects.has(digest)) return null;
  return JSON.parse(Buffer.from(store.objects.get(digest)).toString('utf8')) as Verdict | null;
}
