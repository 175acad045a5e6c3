import { expect, it } from 'vitest';
import { standing } from '../../page/src/rollout/standing.ts';
import type { RolloutTold } from '../../src/told/rollout.ts';

function head(line: Partial<RolloutTold['line']>, rest: Partial<RolloutTold> = {}): RolloutTold {
  const base = { verified: false, reason: '' };
  return { line: { ...base, ...line }, end: null, waitsSince: null, trial: null, ...rest } as RolloutTold;
}

it('says in a sentence how a rollout stands, whatever signs it has', () => {
  const trial = { resolved: true } as NonNullable<RolloutTold['trial']>;
  const end = { at: 0, reason: '', why: '' };
  expect(standing(head({ status: 'limit', verified: true, reason: 'its time is used up' }, { trial }))).toBe(
    'Stopped at a limit: its time is used up. What it had by then passes its own checks. The held-back tests pass: resolved.',
  );
  expect(standing(head({ status: 'solved', verified: true, reason: 'I did it' }, { end }))).toBe(
    'Handed in as solved, and its own checks pass.',
  );
  expect(standing(head({ status: 'interrupted', reason: 'stopped by the user' }))).toBe(
    'Interrupted: stopped by the user.',
  );
  expect(standing(head({ status: 'running' }))).toBe('');
  expect(standing(head({ status: 'running' }, { waitsSince: 1 }))).toBe('It waits for your answer.');
});
