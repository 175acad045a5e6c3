import { expect, it } from 'vitest';
import { actionStand } from '../../page/src/rollout/action-stand.ts';
import { passing } from '../../page/src/words.ts';

it('says of an action without an end that it runs only where a process works on its rollout', () => {
  const begun = { outcome: 'running', problem: '' } as const;
  expect(actionStand(begun, true).word).toBe('running');
  expect(actionStand(begun, false).word).toBe('interrupted');
  expect(actionStand({ outcome: 'ok', problem: 'exit 1' }, true)).toMatchObject({
    word: 'exit 1',
    tone: 'bad',
  });
  expect(actionStand({ outcome: 'ok', problem: '' }, false)).toMatchObject({ word: 'ok', tone: 'good' });
});

it('says the time of what goes on in seconds that one sees pass', () => {
  expect([0, 59.9, 60, 125, 3600 + 61].map(passing)).toEqual([
    '0 s',
    '59 s',
    '1 min 00 s',
    '2 min 05 s',
    '1 h 01 min',
  ]);
});
