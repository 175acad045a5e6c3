import { describe, expect, it } from 'vitest';
import { sequence } from '../../src/compose/sequence.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { resume } from '../../src/resume.ts';
import { childrenOf, eventsOf, goOn, ledgers, MENDS, of, play, plays, refused } from './support.ts';

const usage = { inputTokens: 10 };
const mends = plays(MENDS.map((step) => ({ ...step, usage })));

describe('a part of an agent that', () => {
  it('was taken up alone while the whole was paused has its end told to the whole', async () => {
    const played = await play(solo, { models: { main: () => refused() } });
    const { rollout } = played.result;
    const [part] = childrenOf(played);
    const { store, home } = played.run;
    const alone = await resume({ rollout: part!.rollout, model: mends() }, { store, home });
    expect(alone).toMatchObject({ status: 'solved', verified: true });
    const result = await goOn(solo, rollout, { store, home }, { models: { main: mends } });
    expect(result).toMatchObject({ status: 'solved', verified: true, patch: alone.patch });
    expect(of('rollout.delegated', eventsOf(played))).toHaveLength(1);
    expect(ledgers(played).root.tokens).toBe(30);
    expect(ledgers(played).parts.tokens).toBe(30);
  });

  it('runs in another process keeps the whole from going on, in one line', async () => {
    const agents = sequence(solo, solo);
    const played = await play(agents, { models: { main: () => refused() } });
    const { rollout } = played.result;
    const [part] = childrenOf(played);
    const { store, home } = played.run;
    store.claim(part!.rollout);
    const before = eventsOf(played).length;
    await expect(goOn(agents, rollout, { store, home })).rejects.toMatchObject({
      code: 'rollout-running',
      message: `rollout ${rollout} cannot go on: its part sequence/1-solo/rollout (rollout ${part!.rollout}) is running in another process`,
      hint: expect.stringContaining('resume'),
    });
    expect(eventsOf(played)).toHaveLength(before);
    expect(store.isRunning(rollout)).toBe(false);
    store.release(part!.rollout);
    expect(await goOn(agents, rollout, { store, home })).toMatchObject({ status: 'solved' });
  });
});
