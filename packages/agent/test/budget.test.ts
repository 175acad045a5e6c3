import { ModelError, scriptedModel } from '@heddle/models';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/replay.ts';
import { readRollout, resultOf, stateOf } from '../src/result.ts';
import { forkRollout, resume } from '../src/resume.ts';
import { solve } from '../src/solve.ts';
import { bash, FINISH, HOST, repository, runtime } from './support.ts';

const task = () => ({ task: 'x', repo: repository({ 'a.txt': 'a\n' }), checks: [], ...HOST });
const usage = { inputTokens: 400, outputTokens: 100 };
const endless = () => scriptedModel((_, turn) => ({ ...bash(`echo ${turn} > b.txt`), usage }));
const ending = () => scriptedModel(() => ({ calls: [FINISH], usage }));
/** What was told to the model from outside its loop, and at which limits it goes on. */
const hints = (run: ReturnType<typeof runtime>, rollout: string) =>
  readRollout(run.store, rollout).flatMap(({ event }) =>
    event.type === 'note.added' && event.about === 'hint' ? [event.text] : [],
  );

describe('the budget', () => {
  it('of a fork starts at nothing; what its past cost is named apart', async () => {
    const run = runtime();
    const parent = await solve({ ...task(), limits: { steps: 3, tokens: 1_500 }, model: endless() }, run);
    expect(parent).toMatchObject({ status: 'limit', steps: 3 });
    expect(parent.inherited).toBeUndefined();
    const child = await forkRollout({ rollout: parent.rollout, step: 3, model: endless() }, run);
    expect(child).toMatchObject({
      status: 'limit',
      steps: 6,
      reason: expect.stringContaining('step limit reached (3)'),
      usage: { inputTokens: 1_200, outputTokens: 300 },
      inherited: { steps: 3, tokens: 1_500 },
    });
    expect(hints(run, child.rollout)[0]).toMatch(/\nLimits: 6 steps, 3600 s, \$5\./);
    expect(resultOf(run.store, child.rollout)).toEqual(child);
  });

  it('of a resumed rollout is what it had spent, under the new limits; one that ended at a limit goes on', async () => {
    const run = runtime();
    const first = await solve({ ...task(), limits: { steps: 2 }, model: endless() }, run);
    const { rollout } = first;
    const again = { rollout, model: ending() };
    await expect(resume(again, run)).rejects.toMatchObject({ code: 'rollout-finished' });
    await expect(resume({ ...again, limits: { steps: 2 } }, run)).rejects.toMatchObject({
      code: 'rollout-finished',
    });
    const result = await resume({ ...again, limits: { steps: 9 } }, run);
    expect(result).toMatchObject({ status: 'unverified', steps: 4, usage: { inputTokens: 1_600 } });
    expect(hints(run, rollout)[0]).toMatch(/\nLimits: 9 steps, /);
    expect(stateOf(readRollout(run.store, rollout)).ledger.limits.steps).toBe(9);
    expect(await replay({ rollout, execute: false }, run)).toMatchObject({ identical: true });
    const fork = { rollout, step: 3, model: ending(), limits: { steps: 1 } };
    expect(await forkRollout(fork, run)).toMatchObject({ steps: 4, inherited: { steps: 3 } });
  });

  it('pays for tries that failed, where the provider said what they cost', async () => {
    const run = runtime();
    const cost = {
      usage: { ...usage, cacheReadTokens: 0, cacheWriteTokens: 0, reasoningTokens: 0 },
      usd: 0.5,
    };
    const model = scriptedModel(() => {
      throw Object.assign(new ModelError('out-of-credit', 'no credit'), { spent: cost });
    });
    const result = await solve({ ...task(), model }, run);
    expect(result).toMatchObject({ status: 'model-unreachable', costUsd: 0.5, usage: cost.usage });
    expect(await replay({ rollout: result.rollout, execute: false }, run)).toMatchObject({ identical: true });
  });
});

describe('fork', () => {
  it('goes on from a rollout that was paused after a finished step', async () => {
    const stop = new AbortController();
    const run = runtime({
      signal: stop.signal,
      observer: {
        event: ({ event }) => {
          if (event.type === 'action.completed' && event.step === 2) stop.abort();
        },
      },
    });
    const paused = await solve({ ...task(), model: endless() }, run);
    expect(paused).toMatchObject({ status: 'interrupted', steps: 2 });
    const { store, home } = run;
    const fork = { rollout: paused.rollout, step: 2, model: ending() };
    expect(await forkRollout(fork, { store, home })).toMatchObject({ status: 'unverified', steps: 4 });
  });
});
