import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nothing, oracle } from '../../src/entrants/fixed.ts';
import { schedule } from '../../src/experiment/schedule.ts';
import { answerInstance } from '../answer-instance.ts';
import { planOf } from './support.ts';

const plan = (instances: number, agents: number, attempts: number, seed: number) =>
  planOf(
    Array.from({ length: agents }, (_, at) => nothing(`agent-${at}`)),
    Array.from({ length: instances }, (_, at) => answerInstance(`i-${at}`)),
    { attempts, seed },
  );

it('has every trial once, in one order for one seed, whatever the sizes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(),
      (instances, agents, attempts, seed) => {
        const trials = [...schedule(plan(instances, agents, attempts, seed))];
        const keys = trials.map(({ agent, instance, attempt }) => `${agent} ${instance} ${attempt}`);
        expect(new Set(keys).size).toBe(instances * agents * attempts);
        expect(trials.map(({ order }) => order)).toEqual(keys.map((_, at) => at));
        expect([...schedule(plan(instances, agents, attempts, seed))]).toEqual(trials);
      },
    ),
  );
});

it('hits all agents alike wherever it is broken off: none is more than one attempt ahead', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(),
      (agents, attempts, seed) => {
        const trials = [...schedule(plan(5, agents, attempts, seed))];
        const begun = new Map<string, number>();
        const first = new Map<string, number>();
        for (const [at, { agent }] of trials.entries()) {
          if (at % agents === 0) first.set(agent, (first.get(agent) ?? 0) + 1);
          begun.set(agent, (begun.get(agent) ?? 0) + 1);
          const counts = Array.from({ length: agents }, (_, n) => begun.get(`agent-${n}`) ?? 0);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
        const turns = Array.from({ length: agents }, (_, n) => first.get(`agent-${n}`) ?? 0);
        expect(Math.max(...turns) - Math.min(...turns)).toBeLessThanOrEqual(1);
      },
    ),
  );
});

it('goes through the instances in another order for another seed', () => {
  const order = (seed: number) =>
    [...schedule({ ...plan(20, 1, 1, seed), agents: planOf([oracle('o')], []).agents })].map(
      ({ instance: id }) => id,
    );
  expect(order(1)).not.toEqual(order(2));
});
