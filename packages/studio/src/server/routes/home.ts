import { Hono } from 'hono';
import { homeOf } from '../../reading/home.ts';
import type { StudioContext } from '../context.ts';
import { live, wholeNews } from '../live.ts';

export function homeRoutes(context: StudioContext): Hono {
  return new Hono()
    .get('/home', (c) => c.json(homeOf(context)))
    .get('/live/home', (c) =>
      live(
        c,
        wholeNews(
          () => homeOf(context),
          (data) => ({ ...data, now: 0 }),
        ),
      ),
    );
}
