import type { Recorded, RolloutEvent, Store } from '@heddle/core';
import { describe, expect, it } from 'vitest';
import { bestOf } from '../../src/compose/best-of.ts';
import { parallel } from '../../src/compose/parallel.ts';
import { sequence } from '../../src/compose/sequence.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withModel } from '../../src/compose/with-settings.ts';
import { replay } from '../../src/replay.ts';
import { resume } from '../../src/resume.ts';
import { bash, childrenOf, eventsOf, FINISH, FIX, goOn, play, plays, refused } from './support.ts';

const agents = sequence(parallel({ one: withModel('looks', solo), two: solo }), solo);
const models = { looks: plays([bash('echo seen > seen.txt'), { calls: [FINISH] }, { calls: [FINISH] }]) };

/** A store that tells something else of one rollout. */
function changing(store: Store, rollout: string, change: (event: RolloutEvent) => RolloutEvent): Store {
  return Object.assign(Object.create(store), {
    objects: store.objects,
    rollouts: store.rollouts.bind(store),
    *read(id: string, from?: number): Iterable<Recorded> {
      for (const recorded of store.read(id, from))
        yield id === rollout ? { ...recorded, event: change(recorded.event) } : recorded;
    },
  });
}

describe('replay of an agent made of agents', () => {
  it.each([true, false])('replays its rollouts (actions run again: %s)', async (execute) => {
    const played = await play(agents, { models });
    const { store, home } = played.run;
    const parts: string[] = [];
    const observer = { child: ({ rollout }: Recorded) => parts.push(rollout) };
    const { rollout, patch } = played.result;
    const own = eventsOf(played).length;
    const children = childrenOf(played);
    const events = children.reduce((sum, child) => sum + child.events.length, own);
    expect(await replay({ rollout, execute }, { store, home, observer })).toEqual({
      identical: true,
      events,
      patch,
    });
    expect(new Set(parts)).toEqual(new Set(children.map((child) => child.rollout)));
  });

  it('goes through a pause', async () => {
    const played = await play(agents, { models: { ...models, main: () => refused() } });
    expect(played.result.status).toBe('model-unreachable');
    const { rollout } = played.result;
    const { store, home } = played.run;
    await goOn(agents, rollout, played.run, { models });
    expect(await replay({ rollout, execute: false }, { store, home })).toMatchObject({ identical: true });
  });

  it('is told apart from a part that was taken up alone afterwards', async () => {
    const limited = {
      models: { main: plays([bash('ls'), { calls: [FIX] }, { calls: [FINISH] }, { calls: [FINISH] }]) },
    };
    const played = await play(solo, { ...limited, limits: { steps: 1 } });
    expect(played.result.status).toBe('limit');
    const [part] = childrenOf(played);
    const { store, home } = played.run;
    const runtime = { store, home };
    const model = limited.models.main();
    const alone = await resume({ rollout: part!.rollout, model, limits: { steps: 9 } }, runtime);
    expect(alone.status).toBe('solved');
    const { rollout } = played.result;
    expect(await replay({ rollout, execute: false }, runtime)).toMatchObject({ identical: true });
  });

  it('names the event that a rollout of its own contradicts', async () => {
    const played = await play(solo);
    const { store, home } = played.run;
    const { rollout } = played.result;
    const [part] = childrenOf(played);
    const lying = changing(store, part!.rollout, (event) =>
      event.type === 'rollout.completed' ? { ...event, verified: false } : event,
    );
    expect(await replay({ rollout, execute: false }, { store: lying, home })).toMatchObject({
      identical: false,
      rollout,
      expected: { type: 'rollout.returned', work: { verified: true } },
      got: { work: { verified: false } },
    });
  });

  it('comes to the same choice from the evidence', async () => {
    const writes = plays([bash('echo x > x.txt'), { calls: [FINISH] }, { calls: [FINISH] }]);
    const five = bestOf({ attempts: 3, stop: 'never', vary: { models: ['main', 'w', 'main'] } }, solo);
    const played = await play(five, { models: { w: writes } });
    const { store, home } = played.run;
    const { rollout } = played.result;
    expect(await replay({ rollout, execute: false }, { store, home })).toMatchObject({ identical: true });
    const other = changing(store, rollout, (event) =>
      event.type === 'evidence.measured' && event.about === 1 && event.kind === 'check'
        ? { ...event, outcome: 'failed', exitCode: 1 }
        : event,
    );
    expect(await replay({ rollout, execute: false }, { store: other, home })).toMatchObject({
      identical: false,
      expected: { type: 'candidate.chosen', candidate: 1 },
    });
  });

  it('runs its checks again, and names one that ends otherwise', async () => {
    const check = {
      name: 'test',
      command: 'grep -q "i = 0" sum.js && test ! -e broken',
      framework: 'plain',
      timeoutSeconds: 9,
    };
    const played = await play(solo, { checks: [check] });
    const { store, home } = played.run;
    const { rollout } = played.result;
    expect(await replay({ rollout, execute: true }, { store, home })).toMatchObject({ identical: true });
    const lying = changing(store, rollout, (event) =>
      event.type === 'check.completed' ? { ...event, outcome: { ...event.outcome, exitCode: 7 } } : event,
    );
    expect(await replay({ rollout, execute: true }, { store: lying, home })).toMatchObject({
      identical: false,
      expected: { type: 'check.completed', outcome: { exitCode: 7 } },
    });
  });
});
