import { describe, expect, expectTypeOf, it } from 'vitest';
import * as z from 'zod/mini';
import { type Agent, agent } from '../../src/compose/agent.ts';
import { fallback } from '../../src/compose/fallback.ts';
import { parallel } from '../../src/compose/parallel.ts';
import { race } from '../../src/compose/race.ts';
import { retryUntil } from '../../src/compose/retry-until.ts';
import { route } from '../../src/compose/route.ts';
import { sequence } from '../../src/compose/sequence.ts';
import { solo } from '../../src/compose/solo-agent.ts';
import { withBudget } from '../../src/compose/with-settings.ts';
import { eventsOf, of, play } from './support.ts';

const source = import.meta.url;
const count = agent({ name: 'count', source, input: z.unknown(), output: z.number() }, async (state) => ({
  ...state,
  value: 3,
}));
const square = agent({ name: 'square', source, input: z.number(), output: z.number() }, async (state) => ({
  ...state,
  value: state.value ** 2,
}));
const shout = agent({ name: 'shout', source, input: z.string(), output: z.string() }, async (state) => ({
  ...state,
  value: `${state.value}!`,
}));

describe('types of what agents tell each other', () => {
  it('go through every combinator', () => {
    expectTypeOf(sequence(count, square)).toEqualTypeOf<Agent<unknown, number>>();
    expectTypeOf(sequence(square, square, square)).toEqualTypeOf<Agent<number, number>>();
    expectTypeOf(race(square, square)).toEqualTypeOf<Agent<number, number>>();
    expectTypeOf(fallback(square, square)).toEqualTypeOf<Agent<number, number>>();
    expectTypeOf(retryUntil({ most: 2 }, count)).toEqualTypeOf<Agent<unknown, number>>();
    expectTypeOf(withBudget({ usd: 1 }, shout)).toEqualTypeOf<Agent<string, string>>();
    expectTypeOf(route(() => 'a' as 'a' | 'b', { a: square, b: square })).toEqualTypeOf<
      Agent<number, number>
    >();
    const both = parallel({ count, square });
    expectTypeOf<Awaited<ReturnType<typeof both.body>>['value']>().toEqualTypeOf<{
      readonly count: number | null;
      readonly square: number | null;
    }>();
    expectTypeOf<Parameters<typeof both.body>[0]['value']>().toEqualTypeOf<number>();
  });

  it('refuse a chain that does not fit', () => {
    // @ts-expect-error: a string comes, a number is wanted
    const wrong: unknown[] = [sequence(shout, square)];
    // @ts-expect-error: one takes a string, the other a number
    wrong.push(race(shout, square));
    // @ts-expect-error: one gives a number, the other a string
    wrong.push(fallback(square, shout));
    // @ts-expect-error: the third wants a number
    wrong.push(sequence(shout, shout, square));
    // @ts-expect-error: a name that is none
    wrong.push(route(() => 'c' as const, { a: square }));
    // @ts-expect-error: nobody gives the outermost agent a number
    const outermost: Agent = square;
    expect([wrong.length, outermost]).toEqual([5, square]);
  });

  it('are held at run time where types were evaded', async () => {
    const evaded = sequence(count, shout as unknown as typeof square, solo);
    await expect(play(evaded)).rejects.toMatchObject({
      code: 'agent-value',
      message: expect.stringContaining('shout was given'),
    });
    const fits = await play(sequence(count, square, solo));
    expect(of('agent.completed', eventsOf(fits)).at(-1)!.state!.value).toBe(9);
  });
});
