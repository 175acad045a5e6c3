import { availableParallelism } from 'node:os';
import { type Model, scriptedModel } from '@heddle/models';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { AnyAgent } from '../../src/compose/agent.ts';
import { runAgent } from '../../src/compose/run-agent.ts';
import {
  agentFrom,
  checkAgents,
  modelsIn,
  type NamedSpecs,
  recipeOf,
  recipeSchema,
  sayAgent,
} from '../../src/compose/spec.ts';
import { SpecError } from '../../src/compose/spec-error.ts';
import { BUGGY, HOST, repository, runtime, SOLVING } from '../support.ts';

const refusal = (agents: NamedSpecs, agent?: string) => {
  try {
    checkAgents(agents, agent);
  } catch (error) {
    if (error instanceof SpecError) return error.message;
    throw error;
  }
  return null;
};

const EVERY: NamedSpecs = {
  best: { bestOf: { attempts: 3, fork: 'late', vary: { models: ['a/b'], temperatures: [0, 1] } } },
  first: { race: ['solo', { loop: { system: 'x' } }] },
  accepted: { race: { agents: ['solo', 'best'], accept: 'checksPass' } },
  second: { fallback: { agents: ['solo', 'best'], accept: { judged: 'Good?', model: 'c/d', atLeast: 0.7 } } },
  again: { retryUntil: { most: 3, from: 'last', agent: 'first' } },
  both: { parallel: { left: 'solo', right: 'again' } },
  chain: { sequence: ['both', 'solo'] },
  way: { route: [{ when: { task: ['typo'], language: ['go'] }, agent: 'solo' }, { agent: 'chain' }] },
  less: { with: { model: 'e/f', memory: 'none', tools: ['navigate'], budget: { usd: 1 }, steps: 3 } },
  reader: { loop: { tools: ['navigate'], model: 'g/h' } },
  alias: 'less',
};

describe('agents as data', () => {
  test('every combinator can be written, made and said', () => {
    expect(refusal(EVERY, 'way')).toBe(null);
    const said = Object.entries(EVERY).map(([name, spec]) => `${name}: ${sayAgent(spec)}`);
    expect(said).toEqual([
      'best: best of 3 of solo, late fork',
      'first: the first of solo, a loop with its own prompt',
      'accepted: the first of solo, best',
      'second: solo, else best',
      'again: first, up to 3 times',
      'both: solo beside again',
      'chain: both, then solo',
      'way: by the task: solo or chain',
      'less: solo with other model, memory, tools, budget, steps',
      'reader: a loop of g/h with navigate',
      'alias: less',
    ]);
    for (const name of Object.keys(EVERY)) {
      const { op } = agentFrom(recipeOf(name, EVERY));
      expect(op.name).toBe(name);
      expect(op.version.digest).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test.each([
    [{ bestOf: { attempts: 0 } }, 'agents.a.bestOf.attempts: expected at least 1'],
    [
      { bestOf: { attemps: 3, attempts: 2 } },
      'agents.a.bestOf: unknown field attemps; there are attempts, fork, stop, parallel, vary, agent',
    ],
    [
      { bestOf: { attempts: 2, vary: { model: ['x'] } } },
      'agents.a.bestOf.vary: unknown field model; there are models, temperatures, approaches',
    ],
    [{ bestof: { attempts: 2 } }, 'agents.a: unknown combinator bestof; did you mean bestOf?'],
    [
      { bestOf: { attempts: 2 }, loop: {} },
      /^agents\.a: expected an agent's name, or an object with one of bestOf, /,
    ],
    [3, /^agents\.a: expected an agent's name/],
    [{ sequence: [] }, 'agents.a.sequence: expected at least 1 items'],
    [{ sequence: ['solo', 'slo'] }, 'agents.a.sequence.1: no agent is called "slo"; did you mean "solo"?'],
    [{ sequence: ['./x.ts'] }, /^agents\.a\.sequence\.0: a module needs a name/],
    [
      { race: { agents: ['solo'], acept: 1 } },
      'agents.a.race: unknown field acept; there are agents, accept',
    ],
    [
      { race: { agents: ['solo'], accept: 'nice' } },
      /^agents\.a\.race\.accept: expected "verified", "checksPass" or /,
    ],
    [{ retryUntil: {} }, 'agents.a.retryUntil.most: expected number'],
    [{ parallel: {} }, 'agents.a.parallel: expected an agent for each name'],
    [
      { route: [{ when: { task: ['x'] }, agent: 'solo' }] },
      'agents.a.route: expected a "when" in each but the last, which takes the rest',
    ],
    [
      { route: [{ when: {}, agent: 'solo' }, { agent: 'solo' }] },
      'agents.a.route.0.when: expected task or language',
    ],
    [{ with: {} }, 'agents.a.with: expected what is to be different'],
    [
      { with: { budget: { dollars: 1 } } },
      'agents.a.with.budget: unknown field dollars; there are usd, tokens, seconds',
    ],
    [{ loop: { tools: ['bsh'] } }, /^agents\.a\.loop\.tools\.0: expected "ask" or "bash"/],
  ])('%j is refused with its place', (spec, message) => {
    const said = refusal({ a: spec });
    if (typeof message === 'string') expect(said).toBe(message);
    else expect(said).toMatch(message);
  });

  test('circles, names that are taken, and what is too deep are refused', () => {
    expect(refusal({ a: 'b', b: { bestOf: { attempts: 2, agent: 'a' } } })).toBe(
      'agents.b.bestOf.agent: goes round in a circle: a -> b -> a',
    );
    expect(refusal({ solo: { loop: {} } })).toBe('agents.solo: solo is built in; give yours another name');
    let deep: unknown = 'solo';
    for (let at = 0; at < 40; at++) deep = { sequence: [deep] };
    expect(refusal({ a: deep })).toMatch(/: it is too deep$/);
  });

  test('whatever is read, it is made or refused with a place', () => {
    const names = fc.constantFrom(
      'solo',
      'a',
      'b',
      './m.ts',
      'bestOf',
      'loop',
      'sequence',
      'agent',
      'attempts',
    );
    const specs = fc.letrec((tie) => ({
      spec: fc.oneof(
        names,
        fc.integer(),
        fc.record({ bestOf: fc.record({ attempts: fc.integer({ min: 0, max: 3 }), agent: tie('spec') }) }),
        fc.record({ sequence: fc.array(tie('spec'), { maxLength: 3 }) }),
        fc.record({ parallel: fc.dictionary(names, tie('spec'), { maxKeys: 2 }) }),
        fc.dictionary(names, tie('spec'), { maxKeys: 2 }),
      ),
    })).spec;
    fc.assert(
      fc.property(specs, specs, (a, b) => {
        const agents = { a, b };
        if (refusal(agents) !== null) return;
        const recipe = recipeOf('a', agents);
        expect(recipeSchema.parse(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
        const stand = new Map<string, AnyAgent>([['./m.ts', agentFrom(recipeOf('solo', {}))]]);
        expect(agentFrom(recipe, stand).op.version).toEqual(agentFrom(recipe, stand).op.version);
      }),
    );
  });

  test('a recipe has what it needs and no more', () => {
    expect(recipeOf({ sequence: ['again', 'solo'] }, EVERY)).toEqual({
      agent: { sequence: ['again', 'solo'] },
      agents: { again: EVERY.again, first: EVERY.first },
      modules: {},
    });
    expect(modelsIn(recipeOf('alias', EVERY))).toEqual(['e/f']);
    expect(modelsIn(recipeOf('second', EVERY)).toSorted()).toEqual(['a/b', 'c/d']);
  });
});

const TASK = 'sum() leaves out the first number';

async function solved(spec: unknown, options: { task?: string; agents?: NamedSpecs; model?: Model } = {}) {
  const { task = TASK, agents = {}, model = scriptedModel(SOLVING) } = options;
  const run = runtime();
  const recipe = recipeOf(spec, agents);
  const open = { openModel: async () => model, memoryOf: (name: string) => `small of ${name}` };
  const result = await runAgent(
    { task, repo: repository(BUGGY), model, ...HOST, agent: agentFrom(recipe), spec: recipe, ...open },
    run,
  );
  const events = run.seen.map(({ event }) => event);
  const calls = events.flatMap((event) => (event.type === 'agent.started' ? [event.path] : []));
  return { result, events, calls, run };
}

describe('agents made of data', () => {
  it.each([
    ['a TYPO in a comment', 'way/1'],
    ['rename a to b', 'way/1'],
    ['rename\na', 'way/2'],
    ['something else', 'way/2'],
  ])('a route goes by the task: %j', async (task, path) => {
    const way = {
      route: [
        { when: { task: ['typo', 'rename * to'], language: ['javascript'] }, agent: 'solo' },
        { when: { language: ['javascript', 'go'] }, agent: 'solo' },
        { agent: { loop: {} } },
      ],
    };
    const { calls } = await solved('way', { task, agents: { way } });
    expect(calls.at(-1)).toBe(`way/route/${path.at(-1)}`);
  });

  it('an agent that asks another model has the memory of that model', async () => {
    const { events, run } = await solved({ with: { model: 'other/model' } });
    const delegated = events.find((event) => event.type === 'rollout.delegated')!;
    const [started] = [...run.store.read(delegated.rollout)];
    expect(started!.event).toMatchObject({ config: { memory: 'small of other/model' } });
  });

  it('an embedded model takes turns at the processors', async () => {
    let thinking = 0;
    let most = 0;
    const model: Model = {
      ...scriptedModel(async (_, turn) => {
        thinking += 1;
        most = Math.max(most, thinking);
        await new Promise((resolve) => setImmediate(resolve));
        thinking -= 1;
        return SOLVING[turn]!;
      }),
      embedded: true,
    };
    const attempts = availableParallelism() + 2;
    const { result, events } = await solved({ bestOf: { attempts, stop: 'never' } }, { model });
    expect(result).toMatchObject({ status: 'solved', verified: true });
    let under = 0;
    for (const { type } of events) {
      if (type === 'rollout.delegated') under += 1;
      if (type === 'rollout.returned') under -= 1;
      expect(under).toBeLessThanOrEqual(availableParallelism());
    }
    expect(events.filter(({ type }) => type === 'rollout.returned')).toHaveLength(attempts);
    expect(most).toBeLessThanOrEqual(availableParallelism());
  });
});
