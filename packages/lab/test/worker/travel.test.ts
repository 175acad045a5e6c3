import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readRollout } from '@heddle/agent';
import { expect, it } from 'vitest';
import { newExperiment } from '../../src/experiment/begin.ts';
import { runTrial } from '../../src/experiment/run-trial.ts';
import { travelling } from '../../src/worker/travel.ts';
import { answerInstance } from '../answer-instance.ts';
import { contextOf, FINISH, scripted, temporaryHome, write } from '../experiment/support.ts';

it('an attempt goes on, on a machine that has nothing but the store, with the files it had', async () => {
  const { home, store } = temporaryHome();
  const stop = new AbortController();
  const script = [
    write('left'),
    { calls: [{ tool: 'bash', input: { command: 'mkdir -p a/b && echo kept > a/b/c.txt' } }] },
    { calls: [{ tool: 'bash', input: { command: 'cat a/b/c.txt answer.txt' } }] },
    write('right'),
    FINISH,
    FINISH,
  ];
  const agent = scripted('agent', () => (_, turn) => {
    if (turn === 2) stop.abort();
    return script[turn]!;
  });
  const plain = contextOf([agent], [answerInstance('a-1')], { home, store });
  const { experiment } = newExperiment(store, plain.plan, 'test');
  const key = { experiment, agent: 'agent', instance: 'a-1', attempt: 1 };
  const context = { ...plain, entrant: () => travelling(agent, key) };
  await expect(runTrial(key, { ...context, signal: stop.signal })).rejects.toThrow();
  const { rollout } = store.experiments.trial(key)!;
  for (const folder of ['shadow', 'sealed', 'work']) rmSync(join(home, folder), { recursive: true });

  const result = await runTrial(key, context);
  expect(result).toMatchObject({ resolved: true, infra: null });
  expect(Buffer.from(store.objects.get(result!.patchDigest)).toString()).toContain('+kept');
  const seen = readRollout(store, rollout!).flatMap(({ event }) =>
    event.type === 'action.completed' && event.step === 3 ? [event.content] : [],
  );
  expect(seen.join()).toContain('kept\nleft');
  // What was answered before the move was not asked for again; the one under way was.
  expect(agent.asked).toBeLessThanOrEqual(script.length + 1);
});

it('a rollout that was moved needs nothing when nothing is missing', async () => {
  const { home, store } = temporaryHome();
  const agent = scripted('agent', () => [write('right'), FINISH, FINISH]);
  const context = contextOf([agent], [answerInstance('a-1')], { home, store });
  const { experiment } = newExperiment(store, context.plan, 'test');
  const key = { experiment, agent: 'agent', instance: 'a-1', attempt: 1 };
  const result = await runTrial(key, { ...context, entrant: () => travelling(agent, key) });
  expect(result).toMatchObject({ resolved: true });
});
