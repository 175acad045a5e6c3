import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { BOX_STARTS } from '../src/box/turns.ts';

it('many starts go few at a time, in the order in which they came, and a failure holds nobody up', async () => {
  let now = 0;
  let most = 0;
  const order: number[] = [];
  const started = Array.from({ length: 100 }, (_, n) =>
    BOX_STARTS.take(async () => {
      order.push(n);
      now += 1;
      most = Math.max(most, now);
      await turn();
      now -= 1;
      if (n % 10 === 0) throw new Error(`${n}`);
      return n;
    }),
  );
  const ends = await Promise.allSettled(started);
  expect(order).toEqual([...order.keys()]);
  expect(most).toBe(Math.max(4, 2 * availableParallelism()));
  expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(10);
});
