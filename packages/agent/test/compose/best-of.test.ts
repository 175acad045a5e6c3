import { diffVersions } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import { agent } from '../../src/compose/agent.ts';
import { bestOf } from '../../src/compose/best-of.ts';
import { route } from '../../src/compose/route.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withBudget } from '../../src/compose/with-settings.ts';
import { versionOfRollout } from '../../src/versions/of-rollout.ts';
import {
  bash,
  childrenOf,
  eventsOf,
  FINISH,
  hangs,
  ledgers,
  MENDS,
  of,
  ordered,
  play,
  plays,
  refused,
} from './support.ts';

const WRITES = plays([bash('echo x > x.txt'), { calls: [FINISH] }, { calls: [FINISH] }]);
const FIVE = { attempts: 5, stop: 'never' as const };
const buggy = agent({ name: 'buggy', source: import.meta.url }, async () => {
  throw new Error('a bug of its own');
});

describe('bestOf', () => {
  it('has the version of its loop in its own: the very one that each attempt is recorded with', async () => {
    const played = await play(bestOf({ attempts: 2, stop: 'never' }, solo));
    const { store } = played.run;
    const agents = store.versions.list({ kind: 'agent' });
    expect(agents.map(({ name, number, rollouts }) => [name, number, rollouts])).toEqual([
      ['bestOf', 1, 1],
      // The whole, of which it is a part, and two attempts.
      ['solo', 1, 3],
    ]);
    const { tree } = versionOfRollout(store, played.result.rollout)!;
    const loop = tree.uses.find(({ name }) => name === 'solo')!;
    expect(loop.digest).toBe(agents[1]!.digest);
    expect(loop.uses.map(({ name }) => name)).toContain('bash');
    expect(diffVersions(loop, tree).uses.map(({ name, change }) => `${change} ${name}`)).toEqual([
      'added bestOf',
      'added crosscheck',
    ]);
  });

  it('runs attempts side by side and hands over one patch', async () => {
    const seeds: number[] = [];
    const played = await play(bestOf({ attempts: 2, stop: 'never' }, solo), {
      seed: 4,
      models: {
        main: (seed) => {
          seeds.push(seed);
          return plays(MENDS)();
        },
      },
    });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    expect(ordered(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "bestOf: started",
        "bestOf: candidate 1",
        "bestOf: candidate 2",
        "bestOf: chosen 1",
        "bestOf: returned",
        "bestOf/1: started",
        "bestOf/1: returned",
        "bestOf/1/rollout: delegated",
        "bestOf/1/rollout: returned solved",
        "bestOf/2: started",
        "bestOf/2: returned",
        "bestOf/2/rollout: delegated",
        "bestOf/2/rollout: returned solved",
        "bestOf/suspect-1 = true",
        "completed: solved",
        "rollout.started",
      ]
    `);
    expect(seeds.slice(1).sort()).toEqual([4, 5]);
  });

  it('stops the rest once two verified attempts came to the same', async () => {
    let waiting = () => {};
    const third = new Promise<void>((resolve) => (waiting = resolve));
    const mends = plays(async (_, turn) => {
      await third;
      return MENDS[turn]!;
    });
    const played = await play(bestOf({ attempts: 3, vary: { models: ['a', 'b', 'slow'] } }, solo), {
      models: { a: mends, b: mends, slow: hangs(() => waiting()) },
    });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    const ends = of('agent.completed', eventsOf(played)).filter(({ path }) => path === 'bestOf/3');
    expect(ends).toMatchObject([{ outcome: 'stopped', state: { work: { status: 'interrupted' } } }]);
    expect(ledgers(played).root).toEqual(ledgers(played).parts);
  });

  it('decides among the others when one of five is refused its model', async () => {
    const played = await play(
      bestOf({ ...FIVE, vary: { models: ['none', 'main', 'w', 'w', 'main'] } }, solo),
      {
        models: { none: () => refused(), w: WRITES },
      },
    );
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    const failed = of('agent.completed', eventsOf(played)).filter(({ outcome }) => outcome === 'failed');
    expect(failed).toMatchObject([{ path: 'bestOf/1', why: 'the key was refused; look at the key' }]);
    expect(of('candidate.proposed', eventsOf(played))[0]).toMatchObject({
      candidate: 1,
      out: 'it failed: the key was refused; look at the key',
    });
    expect(ledgers(played).root).toEqual(ledgers(played).parts);
  });

  it('decides among the others when one of five has a bug, or is at its limit', async () => {
    const usage = { inputTokens: 100 };
    const looks = plays(Array.from({ length: 50 }, (_, turn) => ({ ...bash(`echo ${turn}`), usage })));
    const agents = { buggy, small: withBudget({ tokens: 150 }, solo), solo };
    let next = 0;
    const one = route(() => (['buggy', 'small', 'solo', 'solo', 'solo'] as const)[next++]!, agents);
    const played = await play(bestOf({ ...FIVE, vary: { models: ['x', 'looks', 'y', 'y', 'y'] } }, one), {
      models: { looks },
    });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    const ends = of('agent.completed', eventsOf(played)).filter(({ path }) => /^bestOf\/\d$/.test(path));
    expect(
      ends.map(({ path, why, state }) => `${path} ${why ?? state?.work?.status}`).sort(),
    ).toMatchInlineSnapshot(`
      [
        "bestOf/1 a bug of its own",
        "bestOf/2 limit",
        "bestOf/3 solved",
        "bestOf/4 solved",
        "bestOf/5 solved",
      ]
    `);
  });

  it('is paused when no attempt has a model, and fails when all have the bug', async () => {
    const paused = await play(bestOf(FIVE, solo), { models: { main: () => refused() } });
    expect(paused.result).toMatchObject({ status: 'model-unreachable' });
    await expect(play(bestOf(FIVE, buggy))).rejects.toThrow('a bug of its own');
  });

  it('ends at the limit when all attempts do', async () => {
    const usage = { inputTokens: 100 };
    const looks = plays(Array.from({ length: 50 }, (_, turn) => ({ ...bash(`echo ${turn}`), usage })));
    const played = await play(bestOf({ attempts: 2 }, solo), {
      models: { main: looks },
      limits: { tokens: 350 },
    });
    expect(played.result).toMatchObject({ status: 'limit' });
  });

  it('twice gives the same journal but for ids and times', async () => {
    const once = async () => {
      const played = await play(
        bestOf({ attempts: 3, stop: 'never', vary: { models: ['main', 'w'] } }, solo),
        {
          models: { w: WRITES },
        },
      );
      return { story: ordered(eventsOf(played)), parts: childrenOf(played), result: played.result };
    };
    const [first, second] = [await once(), await once()];
    expect(first.story).toEqual(second.story);
    expect(first.result.patch).toBe(second.result.patch);
    const types = ({ parts }: typeof first) =>
      parts.map(({ path, events }) => [
        path,
        ...events.map(({ event }) => (event.type === 'model.requested' ? event.messages : event.type)),
      ]);
    expect(types(first)).toEqual(types(second));
  });
});
