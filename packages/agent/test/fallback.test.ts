import { ModelError, scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/replay.ts';
import { resultOf } from '../src/result.ts';
import { solve } from '../src/solve.ts';
import { BUGGY, HOST, repository, runtime, SOLVING } from './support.ts';

/** Replies once, then fails in a way that no trying again helps. */
const failing = (code: ConstructorParameters<typeof ModelError>[0]) =>
  scriptedModel((_, turn) => {
    if (turn > 0) throw new ModelError(code, `scripted: ${code}`);
    return SOLVING[0]!;
  });

async function play(code: Parameters<typeof failing>[0]) {
  const run = runtime();
  const asked: number[] = [];
  const second = {
    ...scriptedModel((_, turn) => {
      asked.push(turn);
      return SOLVING[turn]!;
    }),
    id: 'second/model',
  };
  const task = { task: 'fix', repo: repository(BUGGY), ...HOST, model: failing(code) };
  const result = await solve(task, { ...run, fallback: second });
  const events = run.seen.map(({ event }) => event);
  return { run, result, events, asked };
}

describe('a fallback model', () => {
  it('takes over where the first has failed, for the rest', async () => {
    const { run, result, events, asked } = await play('out-of-credit');
    expect(result).toMatchObject({ status: 'solved', verified: true, steps: 4 });
    expect(asked).toEqual([1, 2, 3]);
    const replies = events.flatMap((event) => (event.type === 'model.completed' ? [event.model] : []));
    expect(replies).toEqual([undefined, 'second/model', 'second/model', 'second/model']);
    expect(events.find(({ type }) => type === 'model.retried')).toMatchObject({
      code: 'out-of-credit',
      message: expect.stringContaining('from here on second/model is asked'),
    });
    for (const execute of [true, false])
      expect(await replay({ rollout: result.rollout, execute }, run)).toMatchObject({ identical: true });
  });

  it('is not asked what is wrong with the request itself', async () => {
    const { run, result, asked } = await play('bad-request');
    expect(asked).toEqual([]);
    expect(resultOf(run.store, result.rollout).status).toBe('model-unreachable');
  });
});
