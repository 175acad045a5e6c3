import { OperatorError } from '@heddle/core';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { MOST_BODY_BYTES } from './body.ts';
import type { StudioContext } from './context.ts';
import { type GuardOptions, ownPageOnly, safeHeaders } from './guard.ts';
import { pageFiles } from './page-files.ts';
import { compareRoutes } from './routes/compare.ts';
import { deskRoutes } from './routes/desk.ts';
import { experimentRoutes } from './routes/experiments.ts';
import { exportRoutes } from './routes/exports.ts';
import { homeRoutes } from './routes/home.ts';
import { objectRoutes } from './routes/objects.ts';
import { ratingRoutes } from './routes/ratings.ts';
import { rolloutListRoutes } from './routes/rollout-list.ts';
import { rolloutRoutes } from './routes/rollouts.ts';
import { runRoutes } from './routes/runs.ts';
import { sideRoutes } from './routes/side.ts';
import { versionRoutes } from './routes/versions.ts';

/** One file a subject, below `/api`. */
const ROUTES = [
  homeRoutes,
  experimentRoutes,
  rolloutListRoutes,
  rolloutRoutes,
  sideRoutes,
  objectRoutes,
  compareRoutes,
  versionRoutes,
  deskRoutes,
  ratingRoutes,
  runRoutes,
  exportRoutes,
];

/** All that the Studio answers: `/api/…` with JSON, everything else with the page. */
export function studioApp(context: StudioContext, guard: GuardOptions): Hono {
  const app = new Hono();
  app.use(safeHeaders(), ownPageOnly(guard));
  app.use(
    bodyLimit({
      maxSize: MOST_BODY_BYTES,
      onError: (c) => c.json({ error: 'that is too long', code: 'too-long' }, 413),
    }),
  );
  for (const routes of ROUTES) app.route('/api', routes(context));
  app.all('/api/*', (c) => c.json({ error: 'there is no such thing here' }, 404));
  app.get('*', pageFiles());
  app.onError((error, c) => {
    if (error instanceof OperatorError) {
      const status = error.code.startsWith('no-') ? 404 : 400;
      return c.json({ error: error.message, code: error.code, hint: error.hint ?? null }, status);
    }
    process.stderr.write(`${error.stack ?? error.message}\n`);
    return c.json({ error: 'a bug in the Studio; its terminal says more' }, 500);
  });
  return app;
}
