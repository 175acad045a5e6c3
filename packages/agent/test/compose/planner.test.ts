import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultOf, wavesOf } from '../../src/compose/planner/plan.ts';
import { planner } from '../../src/compose/planner/planner.ts';
import { bash, call, repository, runtime } from '../support.ts';
import { type Cast, cast, cutAfter, goOn, lines, play, type Role } from './cast.ts';

const FILES = {
  'package.json': JSON.stringify({ name: 'shop', type: 'module', scripts: { test: 'node --test' } }),
  'cart.js': 'export const total = () => 0;\n',
  'tax.js': 'export const rate = 0;\n',
  'shop.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport { total } from './cart.js';\nimport { rate } from './tax.js';\n" +
    "test('shop', () => assert.equal(total([2, 3]) * (1 + rate), 10));\n",
};
const TASK = 'Make the shop add up its cart, with a tax rate of 1.';
const CART = { name: 'cart', task: 'total adds up.', accept: ['grep -q reduce cart.js'], files: ['cart.js'] };
const TAX = { name: 'tax', task: 'rate is 1.', accept: ["grep -q 'rate = 1' tax.js"] };

const planned = (...parts: object[]) =>
  call('finish', { parts, why: 'two files', known: 'Tests: npm test.' });
const write = (path: string, old: string, put: string) =>
  call('edit', { command: 'replace', path, old, new: put });
const hand = (summary: string) => call('finish', { summary, probability: 0.9 });
const done = (summary: string) => [hand(summary), hand(summary)];

const PLANNER = 'You are the planner of Heddle';
const CARTS: Role = {
  name: 'cart',
  knownBy: ['<task>\ntotal adds up.'],
  plays: [
    write('cart.js', '() => 0', '(list) => list.reduce((a, b) => a + b, 0)'),
    ...done('It adds up.\nOthers must know:\ntotal takes a list.'),
  ],
};
const TAXES: Role = {
  name: 'tax',
  knownBy: ['<task>\nrate is 1.'],
  plays: [write('tax.js', 'rate = 0', 'rate = 1'), ...done('The rate is 1.')],
};
const plans = (...plays: Role['plays']): Role => ({ name: 'planner', knownBy: [PLANNER], plays });

/** Whether the whole is done. */
const CHECK = {
  name: 'shop',
  command: 'grep -q reduce cart.js && grep -q "= 1" tax.js',
  framework: 'plain',
  timeoutSeconds: 20,
};
const shop = () => ({ repo: repository(FILES), task: TASK, checks: [CHECK] });

/** What the planner was told when it was asked the n-th time for a plan, from 1. */
function toldPlanner({ asked, prompts }: Cast, time: number): string {
  const first = asked.flatMap((name, index) => (name === 'planner 0' ? [index] : []));
  return prompts[first[time - 1]!]!;
}

describe('a plan', () => {
  it.each([
    [
      'a circle',
      [
        { ...CART, after: ['tax'] },
        { ...TAX, after: ['cart'] },
      ],
      '"cart", "tax" wait for each other: "after" leads in a circle.',
    ],
    [
      'an unknown name',
      [{ ...CART, after: ['x'] }],
      '"cart" is to come after "x", and there is no such part.',
    ],
    ['two of a name', [CART, CART], 'Two parts are called "cart".'],
    [
      'too many',
      Array.from({ length: 13 }, (_, n) => ({ ...CART, name: `p${n}` })),
      'A plan may have 12 parts; this one has 13.',
    ],
  ])('is refused with %s', (_, parts, why) => {
    expect(faultOf(parts)).toBe(why);
  });

  it('is worked off so that nothing is begun before what it waits for', () => {
    const count = fc.integer({ min: 1, max: 12 });
    const plan = count.chain((size) =>
      fc.tuple(
        ...Array.from({ length: size }, (_, n) =>
          fc
            .subarray(Array.from({ length: n }, (__, before) => `p${before}`))
            .map((after) => ({ ...CART, name: `p${n}`, after })),
        ),
      ),
    );
    fc.assert(
      fc.property(
        plan.chain((parts) => fc.shuffledSubarray(parts, { minLength: parts.length })),
        (parts) => {
          expect(faultOf(parts)).toBe('');
          const done = new Set<string>();
          for (const wave of wavesOf(parts)) {
            for (const { after } of wave) expect(after!.filter((name) => !done.has(name))).toEqual([]);
            for (const { name } of wave) done.add(name);
          }
          expect(done.size).toBe(parts.length);
        },
      ),
    );
  });
});

describe('the planner', () => {
  it('has parts done side by side, merges and verifies them', async () => {
    const actors = cast([plans(planned(CART, TAX)), CARTS, TAXES]);
    const { events, ...result } = await play(planner({ parallel: 1 }), actors, shop());
    expect(result).toMatchObject({ status: 'solved', verified: true, probability: 0.81 });
    expect(lines(events)).toMatchInlineSnapshot(`
      [
        "agent.started planner",
        "agent.started planner/plan-1",
        "rollout.delegated planner/plan-1/rollout",
        "rollout.returned planner/plan-1/rollout unverified",
        "agent.completed planner/plan-1 returned",
        "plan.made 1: cart, tax",
        "value.recorded planner/budget-1.1",
        "agent.started planner/cart",
        "value.recorded planner/cart/accept-before",
        "agent.started planner/cart/contractor",
        "rollout.delegated planner/cart/contractor/rollout",
        "rollout.returned planner/cart/contractor/rollout unverified",
        "agent.completed planner/cart/contractor returned",
        "value.recorded planner/cart/accept-after",
        "agent.completed planner/cart returned",
        "agent.started planner/tax",
        "value.recorded planner/tax/accept-before",
        "agent.started planner/tax/contractor",
        "rollout.delegated planner/tax/contractor/rollout",
        "rollout.returned planner/tax/contractor/rollout unverified",
        "agent.completed planner/tax/contractor returned",
        "value.recorded planner/tax/accept-after",
        "agent.completed planner/tax returned",
        "patches.merged cart merged, tax merged",
        "value.recorded planner/accept-1.1",
        "part.completed cart done",
        "part.completed tax done",
        "value.recorded planner/checks-1",
        "agent.completed planner returned",
        "rollout.completed solved",
      ]
    `);
    expect(actors.prompts[actors.asked.indexOf('cart 0')]).toContain('Known already:\nTests: npm test.');
  });

  it('gives a part what those before it have found, on their files', async () => {
    const after = { ...TAX, after: ['cart'], accept: ['grep -q reduce cart.js && grep -q "= 1" tax.js'] };
    const actors = cast([plans(planned(after, CART)), CARTS, TAXES]);
    const { events, ...result } = await play(planner(), actors, shop());
    expect(result).toMatchObject({ status: 'solved', verified: true });
    expect(actors.asked).toEqual(['planner 0', 'cart 0', 'cart 1', 'cart 2', 'tax 0', 'tax 1', 'tax 2']);
    expect(actors.prompts[4]).toContain('From "cart", which is done: total takes a list.');
    expect(events.filter(({ type }) => type === 'patches.merged')).toHaveLength(2);
  });

  it('does a small task in one part, in the words of the person who gave it', async () => {
    const part = { ...CART, task: 'total is to add up.' };
    const actors = cast([plans(planned(part)), { ...CARTS, knownBy: [`<task>\n${TASK}`] }]);
    const { events, ...result } = await play(planner({ rounds: 1 }), actors, shop());
    expect(result).toMatchObject({ status: 'unverified', verified: false });
    expect(lines(events).filter((each) => /^(plan|part|patches)/.test(each))).toMatchInlineSnapshot(`
      [
        "plan.made 1: cart",
        "patches.merged cart merged",
        "part.completed cart done",
      ]
    `);
    expect(actors.prompts[1]).toContain('Known already:\ntotal is to add up.');
    expect(actors.prompts[1]).not.toContain('This is one part');
  });

  it('goes back to the planner with what failed, which plans the rest', async () => {
    const failing: Role = { ...TAXES, plays: done('I could not find the rate.') };
    const again = { name: 'rate', task: 'rate is 1, in tax.js.', accept: ["grep -q 'rate = 1' tax.js"] };
    const actors = cast([
      { name: 'planner', knownBy: [PLANNER, 'A plan for this was made before'], plays: [planned(again)] },
      plans(planned(CART, TAX)),
      CARTS,
      failing,
      { ...TAXES, name: 'rate', knownBy: ['<task>\nrate is 1, in tax.js.'] },
    ]);
    const { events, ...result } = await play(planner({ parallel: 1 }), actors, shop());
    expect(result).toMatchObject({ status: 'solved', verified: true });
    expect(lines(events).filter((each) => /^(plan|part|patches)/.test(each))).toMatchInlineSnapshot(`
      [
        "plan.made 1: cart, tax",
        "patches.merged cart merged",
        "part.completed cart done",
        "part.completed tax failed: \`grep -q 'rate = 1' tax.js\` does not pass",
        "plan.made 2: rate",
        "patches.merged rate merged",
        "part.completed rate done",
      ]
    `);
    const told = toldPlanner(actors, 2);
    expect(told.slice(told.indexOf('A plan for this'), told.indexOf('</task>'))).toMatchInlineSnapshot(`
      "A plan for this was made before. What became of its parts (the work of those that are done is in the files, that of the others is not unless it is said):
      - "cart": done.
        Its author says: It adds up.
        Others must know: total takes a list.
      - "tax": failed: \`grep -q 'rate = 1' tax.js\` does not pass
        Its task was: rate is 1.
        Its author says: I could not find the rate.
        \`grep -q 'rate = 1' tax.js\` (failed) printed nothing
      Plan what is left to do for the task as a whole.
      "
    `);
  });

  it('goes back to the planner with two parts that cannot be merged', async () => {
    const other = { name: 'other', task: 'total multiplies.', accept: ['grep -q "a \\* b" cart.js'] };
    const actors = cast([
      { name: 'planner', knownBy: [PLANNER, 'A plan for this was made before'], plays: [planned(TAX)] },
      plans(planned(CART, other)),
      CARTS,
      {
        name: 'other',
        knownBy: ['<task>\ntotal multiplies.'],
        plays: [
          write('cart.js', '() => 0', '(list) => list.reduce((a, b) => a * b)'),
          ...done('It multiplies.'),
        ],
      },
      TAXES,
    ]);
    const { events, ...result } = await play(planner({ parallel: 1 }), actors, shop());
    expect(result).toMatchObject({ status: 'solved', verified: true });
    expect(lines(events).filter((each) => /^(plan|part|patches)/.test(each))).toMatchInlineSnapshot(`
      [
        "plan.made 1: cart, other",
        "patches.merged cart merged, other conflict cart.js",
        "part.completed cart done",
        "part.completed other conflict: its work cannot be merged with that of "cart": the same places changed in cart.js",
        "plan.made 2: tax",
        "patches.merged tax merged",
        "part.completed tax done",
      ]
    `);
  });

  it('says that a part which passes alone fails together with another', async () => {
    const lonely = { ...CART, accept: ['grep -q reduce cart.js && grep -q "= 0" tax.js'] };
    const actors = cast([plans(planned(lonely, TAX)), CARTS, TAXES]);
    const { events, ...result } = await play(planner({ parallel: 1, rounds: 1 }), actors, shop());
    expect(result).toMatchObject({ status: 'solved', probability: null });
    expect(lines(events).filter((each) => /^(plan|part|patches)/.test(each))).toMatchInlineSnapshot(`
      [
        "plan.made 1: cart, tax",
        "patches.merged cart merged, tax merged",
        "part.completed cart failed: \`grep -q reduce cart.js && grep -q "= 0" tax.js\` passes with it alone and not on the merged files, where its work is",
        "part.completed tax done",
      ]
    `);
  });

  it('skips what builds on a part that failed', async () => {
    const actors = cast([
      plans(planned({ ...CART, after: ['tax'] }, TAX)),
      { ...TAXES, plays: done('No idea.') },
    ]);
    const { events, ...result } = await play(planner({ rounds: 1 }), actors, shop());
    expect(result).toMatchObject({ status: 'gave-up', patch: '' });
    expect(lines(events).filter((each) => each.startsWith('part'))).toMatchInlineSnapshot(`
      [
        "part.completed tax failed: \`grep -q 'rate = 1' tax.js\` does not pass",
        "part.completed cart skipped: it builds on "tax", which is not done",
      ]
    `);
    expect(result.reason).toMatchInlineSnapshot(`
      "tax is not done (failed): \`grep -q 'rate = 1' tax.js\` does not pass
      cart is not done (skipped): it builds on "tax", which is not done
      Not verified: check shop: FAILED (exit 1)."
    `);
  });

  it('tells the planner which acceptance commands show nothing, once', async () => {
    const idle = { ...TAX, accept: ['test -f tax.js', 'no-such-program'] };
    const actors = cast([plans(planned(CART, idle), call('finish', {})), CARTS, TAXES]);
    const { events, ...result } = await play(planner({ parallel: 1, rounds: 1 }), actors, shop());
    expect(actors.asked.slice(0, 3)).toEqual(['planner 0', 'planner 1', 'cart 0']);
    expect(actors.prompts[1]!.split('Not handed in yet:')[1]).toMatchInlineSnapshot(`
      "
      - "tax": \`test -f tax.js\` passes already, before any work: it shows nothing.
      - "tax": \`no-such-program\` cannot be run as it stands (no such program?).
      Mend what you can and call finish with the new plan, or call it again without arguments to hand it in as it is."
    `);
    expect(lines(events).filter((each) => each.startsWith('part'))).toMatchInlineSnapshot(`
      [
        "part.completed cart done",
        "part.completed tax failed: \`no-such-program\` does not pass",
      ]
    `);
    expect(result).toMatchObject({ status: 'unverified' });
  });

  it('refuses a plan that cannot be worked off, and takes the next', async () => {
    const circle = planned({ ...CART, after: ['tax'] }, { ...TAX, after: ['cart'] });
    const actors = cast([plans(circle, planned(CART)), { ...CARTS, knownBy: [`<task>\n${TASK}`] }]);
    await play(planner({ rounds: 1 }), actors, shop());
    expect(actors.prompts[1]).toContain('"cart", "tax" wait for each other: "after" leads in a circle.');
    expect(actors.asked.slice(0, 3)).toEqual(['planner 0', 'planner 1', 'cart 0']);
  });

  it('goes without a plan where none can be read', async () => {
    const actors = cast([plans({ text: 'Well.' }), { ...CARTS, knownBy: [`<task>\n${TASK}`] }]);
    const { events, ...result } = await play(planner({ rounds: 1 }), actors, shop());
    expect(events.find(({ type }) => type === 'plan.made')).toMatchObject({
      parts: [{ name: 'all', task: TASK, accept: [], after: [] }],
      why: 'no plan was made: 3 replies in a row without a tool call',
    });
    expect(result).toMatchObject({ status: 'unverified', probability: null });
    expect(result.patch).toContain('reduce');
  });

  it('ends with what is merged when its budget is used up', async () => {
    const usage = { inputTokens: 900, outputTokens: 100 };
    const after = { ...TAX, after: ['cart'] };
    const slow = { ...TAXES, plays: [bash('cat tax.js'), ...TAXES.plays] };
    const actors = cast([plans(planned(CART, after)), CARTS, slow], usage);
    const { events, ...result } = await play(planner(), actors, { ...shop(), limits: { tokens: 4_000 } });
    expect(lines(events).filter((each) => /^(plan|part|patches)/.test(each))).toMatchInlineSnapshot(`
      [
        "plan.made 1: cart, tax after cart",
        "patches.merged cart merged",
        "part.completed cart done",
        "part.completed tax failed: \`grep -q 'rate = 1' tax.js\` does not pass (limit: the tokens it shares with others are used up)",
      ]
    `);
    // The last two are used up by the same reply.
    expect(
      lines(events)
        .filter((each) => each.startsWith('budget'))
        .sort(),
    ).toEqual([
      'budget.exhausted  tokens',
      'budget.exhausted planner/cart/contractor tokens',
      'budget.exhausted planner/tax/contractor tokens',
    ]);
    expect(result.patch).toContain('reduce');
    expect(result).toMatchObject({ status: 'unverified', verified: false });
  });

  it('asks nothing twice, whenever its process died', { timeout: 180_000 }, async () => {
    const agent = planner({ parallel: 1 });
    const actors = () => cast([plans(planned(CART, TAX)), CARTS, TAXES]);
    const { run, ...result } = await play(agent, actors(), shop());
    const own = run.seen.filter(({ rollout }) => rollout === result.rollout);
    const kinds = own.map(({ event }) => event.type);
    const after = ['plan.made', 'rollout.delegated', 'patches.merged', 'part.completed', 'agent.completed'];
    const cuts = after.map((type) => kinds.lastIndexOf(type as (typeof kinds)[number]) + 1);
    for (const count of cuts) {
      const second = actors();
      const again = await goOn(agent, second, result.rollout, cutAfter(run, result.rollout, own, count));
      const where = `cut after ${count}: ${kinds[count - 1]}`;
      expect(again, where).toMatchObject({ status: 'solved', verified: true, patch: result.patch });
      // The journals of the parts are whole: only one that nobody had heard of is done anew.
      const begun = kinds.slice(0, count).filter((type) => type === 'rollout.delegated').length;
      expect(new Set(second.asked.map((name) => name.split(' ')[0])).size, where).toBe(3 - begun);
    }
  });

  it('goes on where it was stopped in the middle of a part', async () => {
    const stop = new AbortController();
    const stopping: Role = {
      ...TAXES,
      plays: [
        TAXES.plays[0]!,
        () => {
          stop.abort();
          return hand('The rate is 1.');
        },
      ],
    };
    const agent = planner({ parallel: 1 });
    const run = runtime({ signal: stop.signal });
    const { rollout, status } = await play(
      agent,
      cast([plans(planned(CART, TAX)), CARTS, stopping]),
      shop(),
      run,
    );
    expect(status).toBe('interrupted');
    const actors = cast([plans(planned(CART, TAX)), CARTS, TAXES]);
    const { signal: _, ...rest } = run;
    const again = await goOn(agent, actors, rollout, rest);
    expect(again).toMatchObject({ status: 'solved', verified: true });
    expect(actors.asked).toEqual(['tax 2']);
  });

  it('has the embedded model do all of it, which makes no plans', async () => {
    const actors = cast([{ ...CARTS, knownBy: [`<task>\n${TASK}`] }]);
    const model = { ...actors.model, id: 'repair', answers: false as const };
    const { events } = await play(planner({ rounds: 1 }), { ...actors, model }, shop());
    expect(events.find(({ type }) => type === 'plan.made')).toMatchObject({
      why: 'the model repair makes no plans',
    });
  });
});
