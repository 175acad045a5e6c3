import { describe, expect, it } from 'vitest';
import { bestOf } from '../../src/compose/best-of.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { promptAt } from '../../src/prompt-at.ts';
import { bash, childrenOf, eventsOf, FINISH, FIX, of, play, plays } from './support.ts';

const usage = { inputTokens: 50, outputTokens: 5 };
const script = (steps: readonly object[]) => plays(steps.map((step) => ({ ...step, usage })));
const EXPLORES = [bash('cat sum.js'), bash('ls')];
const HANDS_IN = [{ calls: [FINISH] }, { calls: [FINISH] }];
const LATE = bestOf({ attempts: 3, stop: 'never', fork: 'late' }, solo);

describe('late fork', () => {
  it('takes over the exploration: same prompt to the byte, its tokens saved', async () => {
    const played = await play(LATE, {
      models: { main: script([...EXPLORES, { calls: [FIX] }, ...HANDS_IN]) },
    });
    expect(played.result).toMatchObject({ status: 'solved', verified: true });
    const [explorer, ...forks] = childrenOf(played);
    const explored = (await promptAt(explorer!.events, 3)).prompt;
    for (const { events } of forks) {
      const { prompt } = await promptAt(events, 3);
      expect(JSON.stringify(prompt.slice(0, explored.length))).toBe(JSON.stringify(explored));
    }
    const returned = of('rollout.returned', eventsOf(played));
    const savedOf = (rollout: string) => returned.find((each) => each.rollout === rollout)!.saved;
    expect(savedOf(explorer!.rollout)).toBeUndefined();
    for (const { rollout } of forks) expect(savedOf(rollout)).toMatchObject({ steps: 2, tokens: 2 * 55 });
    const steps = returned.map(({ spent }) => spent.steps);
    expect(steps.sort()).toEqual([3, 3, 5]);
  });

  it('begins anew where the first attempt never edits', async () => {
    const played = await play(LATE, { models: { main: script([bash('ls'), ...HANDS_IN]) } });
    expect(of('rollout.delegated', eventsOf(played)).map(({ forked }) => forked)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(played.result.patch).toBe('');
  });

  it('begins anew where its first step edits', async () => {
    const played = await play(LATE, { models: { main: script([{ calls: [FIX] }, ...HANDS_IN]) } });
    expect(of('rollout.returned', eventsOf(played)).every(({ saved }) => saved === undefined)).toBe(true);
    const kept = new Map(of('value.recorded', eventsOf(played)).map(({ path, value }) => [path, value]));
    expect(kept.get('bestOf/fork')).toBeNull();
    expect(played.result).toMatchObject({ status: 'solved' });
  });
});
