import { Hono } from 'hono';
import { experimentsOf } from '../../reading/experiments.ts';
import type { StudioContext } from '../context.ts';
import { live, wholeNews } from '../live.ts';

export function experimentRoutes(context: StudioContext): Hono {
  const { shelf } = context;
  return new Hono()
    .get('/experiments', (c) => c.json(experimentsOf(context)))
    .get('/experiments/:id', (c) => c.json(shelf.get(c.req.param('id')).head()))
    .get('/experiments/:id/table', (c) => c.json(shelf.get(c.req.param('id')).table()))
    .get('/experiments/:id/leaderboard', (c) => c.json(shelf.get(c.req.param('id')).leaderboard()))
    .get('/live/experiments', (c) =>
      live(
        c,
        wholeNews(
          () => experimentsOf(context),
          ({ lines }) => lines,
        ),
      ),
    )
    .get('/live/experiments/:id', (c) => {
      const { experiment } = shelf.get(c.req.param('id')).experiment;
      // Looked up each time: it may have had to make room for others meanwhile.
      return live(c, (cursor) => shelf.get(experiment).news(cursor));
    });
}
