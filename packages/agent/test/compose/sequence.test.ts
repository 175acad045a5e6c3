import { describe, expect, it } from 'vitest';
import { sequence } from '../../src/compose/sequence.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withModel } from '../../src/compose/with-settings.ts';
import { bash, eventsOf, FINISH, play, plays, story } from './support.ts';

const GIVES_UP = plays([{ text: 'no' }, { text: 'no' }, { text: 'no' }]);
const LOOKS = plays([bash('echo seen > seen.txt'), { calls: [FINISH] }, { calls: [FINISH] }]);

describe('sequence', () => {
  it('hands the state on', async () => {
    const played = await play(sequence(withModel('looks', solo), solo), { models: { looks: LOOKS } });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    expect(played.result.patch).toContain('seen.txt');
    expect(played.result.patch).toContain('let i = 0');
    expect(story(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "sequence: started",
        "sequence/1-withModel: started",
        "sequence/1-withModel/solo: started",
        "sequence/1-withModel/solo/rollout: delegated",
        "sequence/1-withModel/solo/rollout: returned unverified",
        "sequence/1-withModel/solo: returned",
        "sequence/1-withModel: returned",
        "sequence/2-solo: started",
        "sequence/2-solo/rollout: delegated",
        "sequence/2-solo/rollout: returned solved",
        "sequence/2-solo: returned",
        "sequence: returned",
        "completed: solved",
      ]
    `);
  });

  it('goes on after work that gave up', async () => {
    const played = await play(sequence(withModel('no', solo), solo), { models: { no: GIVES_UP } });
    expect(played.result).toMatchObject({ status: 'solved' });
    expect(story(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "sequence: started",
        "sequence/1-withModel: started",
        "sequence/1-withModel/solo: started",
        "sequence/1-withModel/solo/rollout: delegated",
        "sequence/1-withModel/solo/rollout: returned gave-up",
        "sequence/1-withModel/solo: returned",
        "sequence/1-withModel: returned",
        "sequence/2-solo: started",
        "sequence/2-solo/rollout: delegated",
        "sequence/2-solo/rollout: returned solved",
        "sequence/2-solo: returned",
        "sequence: returned",
        "completed: solved",
      ]
    `);
  });
});
