import { describe, expect, it } from 'vitest';
import { race } from '../../src/compose/race.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withModel } from '../../src/compose/with-settings.ts';
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

const GIVES_UP = plays([{ text: 'no' }, { text: 'no' }, { text: 'no' }]);
const WRITES = plays([bash('echo x > x.txt'), { calls: [FINISH] }, { calls: [FINISH] }]);

describe('race', () => {
  it('is won by the first that is verified, and the others are stopped', async () => {
    let asked = () => {};
    const hanging = new Promise<void>((resolve) => (asked = resolve));
    const played = await play(race(withModel('slow', solo), withModel('quick', solo)), {
      models: {
        slow: hangs(() => asked()),
        quick: plays(async (_, turn) => {
          await hanging;
          return MENDS[turn]!;
        }),
      },
    });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    expect(ordered(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "completed: solved",
        "race: started",
        "race: returned",
        "race/1-withModel: started",
        "race/1-withModel: stopped",
        "race/1-withModel/solo: started",
        "race/1-withModel/solo: stopped",
        "race/1-withModel/solo/rollout: delegated",
        "race/1-withModel/solo/rollout: returned interrupted",
        "race/2-withModel: started",
        "race/2-withModel: returned",
        "race/2-withModel/solo: started",
        "race/2-withModel/solo: returned",
        "race/2-withModel/solo/rollout: delegated",
        "race/2-withModel/solo/rollout: returned solved",
        "race/winner = 2",
        "rollout.started",
      ]
    `);
    const [slow] = childrenOf(played).filter(({ path }) => path.includes('1-'));
    expect(slow!.state.paused).toMatchObject({ reason: 'it was not needed any more' });
    expect(played.run.store.isRunning(slow!.rollout)).toBe(false);
  });

  it('gives the best when none is acceptable, and is not troubled by one whose model is refused', async () => {
    const played = await play(
      race(withModel('none', solo), withModel('no', solo), withModel('writes', solo)),
      { models: { none: () => refused(), no: GIVES_UP, writes: WRITES } },
    );
    expect(played.result).toMatchObject({ status: 'unverified' });
    expect(played.result.patch).toContain('x.txt');
    expect(ordered(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "completed: unverified",
        "race: started",
        "race: returned",
        "race/1-withModel: started",
        "race/1-withModel: failed (the key was refused; look at the key)",
        "race/1-withModel/solo: started",
        "race/1-withModel/solo: failed (the key was refused; look at the key)",
        "race/1-withModel/solo/rollout: delegated",
        "race/1-withModel/solo/rollout: returned model-unreachable",
        "race/2-withModel: started",
        "race/2-withModel: returned",
        "race/2-withModel/solo: started",
        "race/2-withModel/solo: returned",
        "race/2-withModel/solo/rollout: delegated",
        "race/2-withModel/solo/rollout: returned gave-up",
        "race/3-withModel: started",
        "race/3-withModel: returned",
        "race/3-withModel/solo: started",
        "race/3-withModel/solo: returned",
        "race/3-withModel/solo/rollout: delegated",
        "race/3-withModel/solo/rollout: returned unverified",
        "rollout.started",
      ]
    `);
    expect(ledgers(played).root).toEqual(ledgers(played).parts);
  });

  it('takes what it is told to accept', async () => {
    const accept = ({ work }: { work: { status: string } | null }) => work?.status === 'gave-up';
    const played = await play(race({ accept }, withModel('no', solo)), { models: { no: GIVES_UP } });
    expect(played.result.status).toBe('gave-up');
    expect(of('value.recorded', eventsOf(played))).toMatchObject([{ path: 'race/winner', value: 1 }]);
  });
});
