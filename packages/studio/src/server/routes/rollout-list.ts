import { Hono } from 'hono';
import { rolloutsOf } from '../../reading/rollouts.ts';
import type { StudioContext } from '../context.ts';

/** The person's own rollouts. */
export function rolloutListRoutes(context: StudioContext): Hono {
  return new Hono().get('/rollouts', (c) => {
    const [after, status, search = ''] = [c.req.query('after'), c.req.query('status'), c.req.query('q')];
    return c.json(rolloutsOf(context, { after, status, search }));
  });
}
