import { keepFlags } from '@heddle/lab';
import { expect, it } from 'vitest';
import { trialTold } from '../../src/reading/rollout/trial.ts';
import type { OtherAttempt, RolloutTold } from '../../src/told/rollout.ts';
import { hostileStore } from '../e2e/hostile-store.ts';
import { gradedExperiment } from '../experiments.ts';
import { studio } from '../support.ts';

it('tells the trial that a rollout belongs to, its flags, and who else was at the same instance', async () => {
  const { store, told } = studio();
  const { experiment, rollouts } = hostileStore(store);
  const [rollout] = rollouts;
  const { trial, line } = await told<RolloutTold>(`/rollouts/${rollout}`);
  const row = store.experiments.trialOf(rollout!)!;
  expect(trial).toMatchObject({
    ...{ experiment, agent: row.agent, instance: row.instance, attempt: 1, state: 'graded' },
    flags: [{ name: expect.any(String), meaning: '', evidence: [] }],
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

it('says what a sign of cheating rests on, as it was kept when the trial was graded', async () => {
  const { store } = studio();
  const at = { rollout: 'x.a-1.1', position: 7, step: 2 };
  const kept = keepFlags(store.objects, [
    {
      name: 'history-peeked',
      severity: 'grave',
      why: 'lists all refs',
      evidence: 'git log --all',
      ...at,
    },
    {
      name: 'outside-read',
      severity: 'note',
      why: 'reads a file of the system',
      evidence: '/etc/os-release',
      ...at,
    },
  ]);
  const experiment = gradedExperiment(store, { agents: ['x'], clusters: { a: 1 } }, () => kept);
  const [row] = store.experiments.trials(experiment);
  expect(trialTold(store, row!).flags).toEqual([
    {
      name: 'history-peeked',
      meaning: expect.stringMatching(/\S/),
      evidence: [
        {
          severity: 'grave',
          why: 'lists all refs',
          quote: 'git log --all',
          at: { rollout: 'x.a-1.1', step: 2 },
        },
      ],
    },
  ]);
});
