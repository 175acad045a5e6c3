import { expect, it } from 'vitest';
import type { OtherAttempt, RolloutTold } from '../../src/told/rollout.ts';
import { hostileStore } from '../e2e/hostile-store.ts';
import { studio } from '../support.ts';

it('tells the trial that a rollout belongs to, its flags, and who else was at the same instance', async () => {
  const { store, told } = studio();
  const { experiment, rollouts } = hostileStore(store);
  const [rollout] = rollouts;
  const { trial, line } = await told<RolloutTold>(`/rollouts/${rollout}`);
  const row = store.experiments.trialOf(rollout!)!;
  expect(trial).toMatchObject({
    ...{ experiment, agent: row.agent, instance: row.instance, attempt: 1, state: 'graded' },
    flags: [{ name: expect.any(String), meaning: '' }],
    // A verdict of another make says nothing of tests.
    tests: null,
  });
  expect(line.rollout).toBe(rollout);
  const others = await told<OtherAttempt[]>(`/rollouts/${rollout}/others`);
  const same = store.experiments.trials(experiment, { instance: row.instance });
  expect(others.map((other) => other.rollout)).toEqual(
    same.map((each) => each.rollout).filter((id) => id !== rollout),
  );
  expect(others.length).toBe(1);
});
