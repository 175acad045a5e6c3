import { scriptedModel } from '@heddle/models';
import { expect, it } from 'vitest';
import { readRollout, resultOf, stateOf } from '../src/result.ts';
import { resume } from '../src/resume.ts';
import { solve } from '../src/solve.ts';
import { refusing } from './refusing.ts';
import { bash, FINISH, HOST, repository, runtime } from './support.ts';

const WINDOW = 16_000;
const USAGE = { inputTokens: 70, outputTokens: 7 };

it('a disk that does not take what the memory model cost ends the run: nothing is spent unseen', async () => {
  const run = runtime();
  let steps = 0;
  const model = scriptedModel(
    () => {
      steps += 1;
      return steps < 12 ? bash(`echo ${steps}; seq 1 2500`) : { calls: [FINISH] };
    },
    { contextTokens: WINDOW },
  );
  const memory = {
    id: 'memory',
    open: async () => scriptedModel(() => ({ text: 'no headings', usage: USAGE }), { id: 'memory' }),
  };
  const task = { task: 'x', repo: repository({ 'a.txt': 'a\n' }), checks: [], ...HOST, model };
  const started = solve(task, { ...run, store: refusing(run.store, 'model.consulted'), memory });
  await expect(started).rejects.toMatchObject({ code: 'disk-full' });
  const [row] = run.store.rollouts();
  expect(resultOf(run.store, row!.rollout)).toMatchObject({
    status: 'interrupted',
    reason: 'the disk is full; free some space',
  });
  const result = await resume({ rollout: row!.rollout, model }, { ...run, memory });
  expect(result.status).toBe('unverified');
  const events = readRollout(run.store, row!.rollout);
  const consulted = events.filter(({ event }) => event.type === 'model.consulted').length;
  expect(consulted).toBeGreaterThan(0);
  expect(stateOf(events).usage.inputTokens).toBe(consulted * USAGE.inputTokens);
});
