import { describe, expect, it } from 'vitest';
import { agent } from '../../src/compose/agent.ts';
import { fallback } from '../../src/compose/fallback.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withModel } from '../../src/compose/with-settings.ts';
import { bash, eventsOf, FINISH, goOn, ledgers, play, plays, refused, story } from './support.ts';

const GIVES_UP = plays([bash('echo no > tried.txt'), { text: 'no' }, { text: 'no' }, { text: 'no' }]);
const broken = agent({ name: 'broken', source: import.meta.url }, async () => {
  throw new Error('a bug of its own');
});

describe('fallback', () => {
  it('asks the next where one threw, was refused its model, or gave up; each begins anew', async () => {
    const agents = [broken, withModel('none', solo), withModel('no', solo), solo, broken];
    const played = await play(fallback(...agents), { models: { none: () => refused(), no: GIVES_UP } });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    expect(played.result.patch).not.toContain('tried.txt');
    expect(story(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "fallback: started",
        "fallback/1-broken: started",
        "fallback/1-broken: failed (a bug of its own)",
        "fallback/2-withModel: started",
        "fallback/2-withModel/solo: started",
        "fallback/2-withModel/solo/rollout: delegated",
        "fallback/2-withModel/solo/rollout: returned model-unreachable",
        "fallback/2-withModel/solo: failed (the key was refused; look at the key)",
        "fallback/2-withModel: failed (the key was refused; look at the key)",
        "fallback/3-withModel: started",
        "fallback/3-withModel/solo: started",
        "fallback/3-withModel/solo/rollout: delegated",
        "fallback/3-withModel/solo/rollout: returned gave-up",
        "fallback/3-withModel/solo: returned",
        "fallback/3-withModel: returned",
        "fallback/4-solo: started",
        "fallback/4-solo/rollout: delegated",
        "fallback/4-solo/rollout: returned solved",
        "fallback/4-solo: returned",
        "fallback: returned",
        "completed: solved",
      ]
    `);
    expect(ledgers(played).root).toEqual(ledgers(played).parts);
  });

  it('goes on from the last files where it is told to, and gives the best in the end', async () => {
    const writes = plays([bash('cat tried.txt; echo x > x.txt'), { calls: [FINISH] }, { calls: [FINISH] }]);
    const played = await play(
      fallback({ accept: () => false, from: 'last' }, withModel('no', solo), withModel('writes', solo)),
      { models: { no: GIVES_UP, writes } },
    );
    expect(played.result.status).toBe('unverified');
    expect(played.result.patch).toContain('tried.txt');
    expect(played.result.patch).toContain('x.txt');
  });

  it('pauses when no model is to be had, and goes on when one is', async () => {
    const agents = fallback(withModel('one', solo), withModel('two', solo));
    const played = await play(agents, { models: { one: () => refused(), two: () => refused() } });
    expect(played.result).toMatchObject({
      status: 'model-unreachable',
      reason: expect.stringContaining('key'),
    });
    const { rollout } = played.result;
    expect(await goOn(agents, rollout, played.run, { models: { two: () => refused() } })).toMatchObject({
      status: 'solved',
    });
    expect(story(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "fallback: started",
        "fallback/1-withModel: started",
        "fallback/1-withModel/solo: started",
        "fallback/1-withModel/solo/rollout: delegated",
        "fallback/1-withModel/solo/rollout: returned model-unreachable",
        "fallback/1-withModel/solo: failed (the key was refused; look at the key)",
        "fallback/1-withModel: failed (the key was refused; look at the key)",
        "fallback/2-withModel: started",
        "fallback/2-withModel/solo: started",
        "fallback/2-withModel/solo/rollout: delegated",
        "fallback/2-withModel/solo/rollout: returned model-unreachable",
        "fallback/2-withModel/solo: failed (the key was refused; look at the key)",
        "fallback/2-withModel: failed (the key was refused; look at the key)",
        "fallback: failed (the key was refused; look at the key)",
        "paused: model-unreachable (the key was refused; look at the key)",
        "rollout.resumed",
        "fallback: started",
        "fallback/1-withModel: started",
        "fallback/1-withModel/solo: started",
        "fallback/1-withModel/solo/rollout: returned solved",
        "fallback/1-withModel/solo: returned",
        "fallback/1-withModel: returned",
        "fallback: returned",
        "completed: solved",
      ]
    `);
  });

  it('fails with the bug when all have one', async () => {
    const run = play(fallback(broken, broken));
    await expect(run).rejects.toThrow('a bug of its own');
  });
});
