import { describe, expect, it } from 'vitest';
import { agent } from '../../src/compose/agent.ts';
import { race } from '../../src/compose/race.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withModel } from '../../src/compose/with-settings.ts';
import { childrenOf, eventsOf, hangs, MENDS, ordered, play, plays, story } from './support.ts';

const source = import.meta.url;
const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'well?' }] }];

describe('what an agent calls', () => {
  it('has paths of its own, whatever its keys are', async () => {
    const leaf = agent({ name: 'leaf', source }, async (state) => state);
    const top = agent({ name: 'top', source }, async (state, run) => {
      for (const key of ['a/b', 'a', 'a', 'a#2', '50%', '']) await run.call(leaf, state, { key });
      return leaf(state, run);
    });
    const paths = story(eventsOf(await play(top))).filter((line) => line.endsWith('started'));
    expect(paths).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "top: started",
        "top/a%2Fb: started",
        "top/a: started",
        "top/a#2: started",
        "top/a%232: started",
        "top/50%25: started",
        "top/%: started",
        "top/leaf: started",
      ]
    `);
  });

  it('does not outlive it', async () => {
    let begun = () => {};
    const slow = new Promise<void>((resolve) => (begun = resolve));
    const impatient = agent({ name: 'impatient', source }, async (state, run) => {
      void withModel('slow', solo)(state, run);
      await slow;
      return state;
    });
    const played = await play(impatient, { models: { slow: hangs(() => begun()) } });
    expect(story(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "impatient: started",
        "impatient/withModel: started",
        "impatient/withModel/solo: started",
        "impatient/withModel/solo/rollout: delegated",
        "impatient/withModel/solo/rollout: returned interrupted",
        "impatient/withModel/solo: stopped",
        "impatient/withModel: stopped",
        "impatient: returned",
        "completed: gave-up",
      ]
    `);
    const [child] = childrenOf(played);
    expect(child!.state.paused).toMatchObject({ code: 'interrupted' });
  });

  it('is stopped, not failed, when it throws because nobody waits for it', async () => {
    let asked = () => {};
    const hanging = new Promise<void>((resolve) => (asked = resolve));
    const asks = agent({ name: 'asks', source }, async (state, run) => {
      await run.consult('planner', { prompt, tools: [] }, 'slow');
      return state;
    });
    const mends = plays(async (_, turn) => {
      await hanging;
      return MENDS[turn]!;
    });
    const played = await play(race(asks, solo), { models: { slow: hangs(() => asked()), main: mends } });
    expect(played.result).toMatchObject({ status: 'solved' });
    expect(ordered(eventsOf(played)).filter((line) => line.startsWith('race/1-asks'))).toEqual([
      'race/1-asks: started',
      'race/1-asks: stopped',
    ]);
  });
});
