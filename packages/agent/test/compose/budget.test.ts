import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { agent } from '../../src/compose/agent.ts';
import { parallel } from '../../src/compose/parallel.ts';
import { sequence } from '../../src/compose/sequence.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withBudget, withModel } from '../../src/compose/with-settings.ts';
import { stateOf } from '../../src/result.ts';
import {
  bash,
  childrenOf,
  eventsOf,
  FINISH,
  FIX,
  goOn,
  hangs,
  ledgers,
  MENDS,
  of,
  play,
  plays,
  story,
} from './support.ts';

const REPLY = 100;
const usage = { inputTokens: REPLY - 10, outputTokens: 10 };
const priced = (steps: readonly object[]) =>
  plays(
    steps.map((step) => ({ ...step, usage })),
    { priced: true },
  );
/** Looks at something new for ever. */
const LOOKS = priced(Array.from({ length: 90 }, (_, turn) => bash(`echo ${turn}; ls`)));
const USD_OF_A_REPLY = REPLY / 1e6;

const asksTwice = agent({ name: 'asks', source: import.meta.url }, async (state, run) => {
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'well?' }] }];
  const ask = () => run.consult('planner', { prompt, tools: [] });
  const answers = await run.once('answers', z.array(z.boolean()), async () => [
    (await ask()) !== null,
    (await ask()) !== null,
  ]);
  return { ...state, value: answers };
});

describe('a budget', () => {
  it.each([
    ['tokens', { tokens: 850 }, 850],
    ['usd', { usd: 8.5 * USD_OF_A_REPLY }, 850],
  ])('of %s is shared: all are stopped, at most a request late', async (limit, limits, tokens) => {
    const agents = parallel({ a: solo, b: solo, c: solo });
    const played = await play(agents, { models: { main: LOOKS }, limits });
    expect(played.result).toMatchObject({ status: 'limit' });
    const { root, parts } = ledgers(played);
    expect(root.tokens).toBeGreaterThanOrEqual(tokens);
    expect(root.tokens).toBeLessThan(tokens + 3 * REPLY);
    expect(root.tokens).toBe(parts.tokens);
    expect(root.usd).toBeCloseTo(parts.usd, 10);
    const events = eventsOf(played);
    expect(of('budget.exhausted', events)).toEqual([{ type: 'budget.exhausted', path: '', limit }]);
    const works = of('rollout.returned', events).map(({ work }) => work);
    expect(works.map(({ status }) => status)).toEqual(['limit', 'limit', 'limit']);
    for (const { reason } of works) expect(reason).toMatch(/used up|limit reached|budget spent/);
  });

  it('within another: the smaller counts, whichever it is', async () => {
    const small = withBudget({ tokens: 150 }, solo);
    const played = await play(
      withBudget({ tokens: 450 }, sequence(small, withBudget({ tokens: 9000 }, solo), solo)),
      { models: { main: LOOKS } },
    );
    expect(story(eventsOf(played))).toMatchInlineSnapshot(`
      [
        "rollout.started",
        "withBudget: started",
        "withBudget/sequence: started",
        "withBudget/sequence/1-withBudget: started",
        "withBudget/sequence/1-withBudget/solo: started",
        "withBudget/sequence/1-withBudget/solo/rollout: delegated",
        "withBudget/sequence/1-withBudget/solo: tokens used up",
        "withBudget/sequence/1-withBudget/solo/rollout: returned limit",
        "withBudget/sequence/1-withBudget/solo: returned",
        "withBudget/sequence/1-withBudget: returned",
        "withBudget/sequence/2-withBudget: started",
        "withBudget/sequence/2-withBudget/solo: started",
        "withBudget/sequence/2-withBudget/solo/rollout: delegated",
        "withBudget/sequence: tokens used up",
        "withBudget/sequence/2-withBudget/solo/rollout: returned limit",
        "withBudget/sequence/2-withBudget/solo: returned",
        "withBudget/sequence/2-withBudget: returned",
        "withBudget/sequence/3-solo: started",
        "withBudget/sequence/3-solo: returned",
        "withBudget/sequence: returned",
        "withBudget: returned",
        "completed: limit",
      ]
    `);
    const spent = childrenOf(played).map(({ state }) => state.ledger.spent.tokens);
    expect(spent).toEqual([2 * REPLY, 3 * REPLY]);
  });

  it('of time ends who waits for a model', async () => {
    const played = await play(withBudget({ seconds: 1 }, sequence(solo, solo)), {
      models: { main: hangs() },
    });
    expect(played.result).toMatchObject({ status: 'limit' });
    expect(of('rollout.returned', eventsOf(played)).map(({ work }) => work.status)).toEqual(['limit']);
    expect(of('budget.exhausted', eventsOf(played))).toMatchObject([{ limit: 'seconds' }]);
  });

  it('of which nothing is left answers no question', async () => {
    const played = await play(withBudget({ tokens: 50 }, asksTwice), {
      models: { main: priced([{ text: 'yes' }]) },
    });
    const events = eventsOf(played);
    expect(of('value.recorded', events)).toMatchObject([{ value: [true, false] }]);
    expect(of('budget.exhausted', events)).toMatchObject([{ path: 'withBudget/asks', limit: 'tokens' }]);
    expect(ledgers(played).root).toEqual({ tokens: REPLY, usd: USD_OF_A_REPLY });
  });

  it('that is raised lets what it ended go on', async () => {
    const agents = sequence(withModel('first', solo), solo);
    const models = {
      first: priced([bash('echo seen > seen.txt'), { calls: [FINISH] }, { calls: [FINISH] }]),
      main: priced([
        bash('ls'),
        bash('cat sum.js'),
        { calls: [FIX] },
        { calls: [FINISH] },
        { calls: [FINISH] },
      ]),
    };
    const played = await play(agents, { models, limits: { tokens: 5 * REPLY } });
    expect(played.result).toMatchObject({ status: 'limit' });
    const { rollout } = played.result;
    const result = await goOn(agents, rollout, played.run, { models, limits: { tokens: 50 * REPLY } });
    expect(result).toMatchObject({ status: 'solved', verified: true });
    expect(result.patch).toContain('seen.txt');
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
        ": tokens used up",
        "sequence/2-solo/rollout: returned limit",
        "sequence/2-solo: returned",
        "sequence: returned",
        "completed: limit",
        "rollout.resumed",
        "sequence: started",
        "sequence/2-solo: started",
        "sequence/2-solo/rollout: returned solved",
        "sequence/2-solo: returned",
        "sequence: returned",
        "completed: solved",
      ]
    `);
    expect(ledgers(played).root.tokens).toBe(8 * REPLY);
    expect(ledgers(played).parts.tokens).toBe(8 * REPLY);
  });

  it('is told to whoever works within it', async () => {
    let left: number | undefined;
    const looks = agent({ name: 'looks', source: import.meta.url }, async (state, run) => {
      left = run.remaining().tokens;
      return state;
    });
    const mends = priced(MENDS);
    const played = await play(withBudget({ tokens: 1000 }, sequence(solo, looks)), {
      models: { main: mends },
    });
    expect(left).toBe(1000 - stateOf(eventsOf(played)).ledger.spent.tokens);
  });
});
