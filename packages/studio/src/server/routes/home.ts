import { digestOf } from '@heddle/core';
import { Hono } from 'hono';
import { homeOf } from '../../reading/home.ts';
import type { StudioContext } from '../context.ts';
import { live } from '../live.ts';

export function homeRoutes(context: StudioContext): Hono {
  return new Hono()
    .get('/home', (c) => c.json(homeOf(context)))
    .get('/live/home', (c) =>
      live(c, (cursor) => {
        const data = homeOf(context);
        const now = digestOf(JSON.stringify({ ...data, now: 0 }));
        return now === cursor ? null : { cursor: now, data };
      }),
    );
}
