import { describe, expect, it } from 'vitest';
import { route } from '../../src/compose/route.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withModel } from '../../src/compose/with-settings.ts';
import { eventsOf, goOn, play, refused, story } from './support.ts';

describe('route', () => {
  it('goes the way that was chosen, and the same when it is resumed', async () => {
    let chosen = 0;
    const agents = { 'un/able': withModel('none', solo), able: solo };
    const once = route(async () => (chosen++ === 0 ? 'un/able' : 'able'), agents);
    const played = await play(once, { models: { none: () => refused() } });
    expect(played.result.status).toBe('model-unreachable');
    expect(await goOn(once, played.result.rollout, played.run)).toMatchObject({ status: 'solved' });
    expect(chosen).toBe(1);
    expect(story(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "route: started",
        "route/choice = "un/able"",
        "route/un%2Fable: started",
        "route/un%2Fable/solo: started",
        "route/un%2Fable/solo/rollout: delegated",
        "route/un%2Fable/solo/rollout: returned model-unreachable",
        "route/un%2Fable/solo: failed (the key was refused; look at the key)",
        "route/un%2Fable: failed (the key was refused; look at the key)",
        "route: failed (the key was refused; look at the key)",
        "paused: model-unreachable (the key was refused; look at the key)",
        "rollout.resumed",
        "route: started",
        "route/un%2Fable: started",
        "route/un%2Fable/solo: started",
        "route/un%2Fable/solo/rollout: returned solved",
        "route/un%2Fable/solo: returned",
        "route/un%2Fable: returned",
        "route: returned",
        "completed: solved",
      ]
    `);
  });

  it('names the names there are for one that is not', async () => {
    const lost = route(() => 'nowhere' as 'a' | 'b', { a: solo, b: solo });
    await expect(play(lost)).rejects.toMatchObject({
      code: 'no-such-route',
      hint: expect.stringContaining('a, b'),
    });
  });
});
