import type { Work } from '@heddle/core';
import type { Attempt } from '../../select/propose.ts';
import { measure } from '../measure.ts';
import type { Run } from '../run.ts';
import type { Slots } from '../slots.ts';
import { passing, type Reproduction } from './tester.ts';

/** How patches stand before they are compared, by the checks and the reproduction tests; equal ones are tried once. */
export async function standing(
  run: Run,
  attempts: readonly Attempt[],
  tests: readonly Reproduction[],
  slots: Slots,
): Promise<Attempt[]> {
  const works = new Map<string, Promise<Work>>();
  const triedOnce = (attempt: number, snapshot: string) => {
    const work = works.get(snapshot) ?? slots.with(() => workAt(run, `patch-${attempt}`, snapshot, tests));
    works.set(snapshot, work);
    return work;
  };
  return Promise.all(
    attempts.map(async ({ attempt, end, error }): Promise<Attempt> => {
      if (end === null) return { attempt, end, error };
      if (end.work?.status === 'gave-up') return { attempt, end: null, error: new Error(end.work.reason) };
      if (end.work?.status === 'limit') return { attempt, end };
      return { attempt, end: { ...end, work: await triedOnce(attempt, end.snapshot) } };
    }),
  );
}

async function workAt(
  run: Run,
  key: string,
  snapshot: string,
  tests: readonly Reproduction[],
): Promise<Work> {
  const { checks } = run.ground;
  const ends = await measure(run, `${key}-checks`, snapshot, checks);
  const failing = checks.filter((_, index) => ends[index]!.status !== 'passed').map(({ name }) => name);
  const passed = (await passing(run, `${key}-tests`, snapshot, tests)).filter(Boolean).length;
  const verified = checks.length > 0 && failing.length === 0;
  return {
    status: verified ? 'solved' : 'unverified',
    verified,
    // Laplace's rule over its tests: a rank among patches, no promise. A patch that fails a check is not right.
    probability: failing.length > 0 ? 0 : (passed + 1) / (tests.length + 2),
    reason: [
      ...(failing.length === 0 ? [] : [`these checks do not pass: ${failing.join(', ')}`]),
      ...(tests.length === 0 ? [] : [`${passed} of ${tests.length} reproduction tests pass`]),
    ].join('; '),
    rollout: null,
  };
}
