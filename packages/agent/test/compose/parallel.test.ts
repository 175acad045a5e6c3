import { describe, expect, it } from 'vitest';
import { agent } from '../../src/compose/agent.ts';
import { parallel } from '../../src/compose/parallel.ts';
import { sequence } from '../../src/compose/sequence.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withModel } from '../../src/compose/with-settings.ts';
import { bash, eventsOf, FINISH, ledgers, of, ordered, play, plays } from './support.ts';

const doing = (command: string) => plays([bash(command), { calls: [FINISH] }, { calls: [FINISH] }]);
const broken = agent({ name: 'broken', source: import.meta.url }, async () => {
  throw new Error('a bug of its own');
});
const says = (value: string) =>
  agent({ name: 'says', source: import.meta.url }, async (state) => ({ ...state, value }));

describe('parallel', () => {
  it('merges what fits together, and names what does not', async () => {
    const agents = {
      mends: sequence(solo, says('mended')),
      'a/b': sequence(withModel('adds', solo), says('added')),
      conflicts: sequence(withModel('conflicts', solo), says('too late')),
      looks: says('seen'),
      broken,
    };
    const played = await play(parallel(agents), {
      models: {
        adds: doing('echo x > x.txt'),
        conflicts: doing("sed -i 's/let i = 1/let i = 7/' sum.js"),
      },
    });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    expect(played.result.patch).toContain('x.txt');
    expect(played.result.patch).toContain('let i = 0');
    const events = eventsOf(played);
    expect(ordered(events).filter((line) => !/sequence/.test(line))).toMatchInlineSnapshot(`
      [
        "completed: solved",
        "parallel: started",
        "parallel: merged mends merged, a/b merged, conflicts conflict, looks empty",
        "parallel: returned",
        "parallel/a%2Fb: started",
        "parallel/a%2Fb: returned",
        "parallel/a%2Fb/1-withModel: started",
        "parallel/a%2Fb/1-withModel: returned",
        "parallel/a%2Fb/1-withModel/solo: started",
        "parallel/a%2Fb/1-withModel/solo: returned",
        "parallel/a%2Fb/1-withModel/solo/rollout: delegated",
        "parallel/a%2Fb/1-withModel/solo/rollout: returned unverified",
        "parallel/a%2Fb/2-says: started",
        "parallel/a%2Fb/2-says: returned",
        "parallel/broken: started",
        "parallel/broken: failed (a bug of its own)",
        "parallel/conflicts: started",
        "parallel/conflicts: returned",
        "parallel/conflicts/1-withModel: started",
        "parallel/conflicts/1-withModel: returned",
        "parallel/conflicts/1-withModel/solo: started",
        "parallel/conflicts/1-withModel/solo: returned",
        "parallel/conflicts/1-withModel/solo/rollout: delegated",
        "parallel/conflicts/1-withModel/solo/rollout: returned unverified",
        "parallel/conflicts/2-says: started",
        "parallel/conflicts/2-says: returned",
        "parallel/looks: started",
        "parallel/looks: returned",
        "parallel/mends: started",
        "parallel/mends: returned",
        "parallel/mends/1-solo: started",
        "parallel/mends/1-solo: returned",
        "parallel/mends/1-solo/rollout: delegated",
        "parallel/mends/1-solo/rollout: returned solved",
        "parallel/mends/2-says: started",
        "parallel/mends/2-says: returned",
        "rollout.started",
      ]
    `);
    expect(of('patches.merged', events)[0]!.parts).toMatchInlineSnapshot(`
      [
        {
          "name": "mends",
          "outcome": "merged",
          "paths": [],
        },
        {
          "name": "a/b",
          "outcome": "merged",
          "paths": [],
        },
        {
          "name": "conflicts",
          "outcome": "conflict",
          "paths": [
            "sum.js",
          ],
        },
        {
          "name": "looks",
          "outcome": "empty",
          "paths": [],
        },
      ]
    `);
    expect(of('agent.completed', events).at(-1)!.state).toMatchObject({
      value: { mends: 'mended', 'a/b': 'added', conflicts: null, looks: 'seen', broken: null },
      work: { reason: expect.stringContaining('conflicts is left out, it conflicts in sum.js') },
    });
    expect(ledgers(played).root).toEqual(ledgers(played).parts);
  });

  it('leaves the files as they were where it is not to merge', async () => {
    const played = await play(parallel({ a: solo, b: solo }, { merge: false }));
    expect(played.result).toMatchObject({ status: 'unverified', patch: '' });
    expect(of('patches.merged', eventsOf(played))).toEqual([]);
  });

  it('throws what the first of them threw when all do', async () => {
    await expect(play(parallel({ a: broken, b: broken }))).rejects.toThrow('a bug of its own');
  });
});
