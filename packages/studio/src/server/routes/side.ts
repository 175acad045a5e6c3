import { OperatorError } from '@heddle/core';
import { Hono } from 'hono';
import { sideBySide } from '../../reading/side.ts';
import type { StudioContext } from '../context.ts';

/** Two rollouts side by side. */
export function sideRoutes(context: StudioContext): Hono {
  return new Hono().get('/side', async (c) => {
    const [a, b] = [c.req.query('a'), c.req.query('b')];
    if (a === undefined || b === undefined)
      throw new OperatorError('bad-side', 'two rollouts are needed', { hint: '/side?a=ROLLOUT&b=ROLLOUT' });
    await Promise.all([context.indexes.read(a), context.indexes.read(b)]);
    return c.json(sideBySide(context, a, b));
  });
}
