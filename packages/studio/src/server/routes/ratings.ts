import { OperatorError } from '@heddle/core';
import { findExperiment } from '@heddle/lab';
import { Hono } from 'hono';
import * as z from 'zod/mini';
import { doingOf, experimentDoingOf, instanceOf } from '../../reading/doing.ts';
import { trialRowOf } from '../../reading/rollout/trial.ts';
import { bodyOf } from '../body.ts';
import type { StudioContext } from '../context.ts';

const MAX_NOTE = 5_000;
const noteSchema = z.string().check(z.trim(), z.maxLength(MAX_NOTE));
const bySchema = z.optional(z.string().check(z.trim(), z.minLength(1), z.maxLength(100)));
const ratingSchema = z.strictObject({
  segment: z.nullable(z.strictObject({ from: z.int(), to: z.int() })),
  stars: z.int(),
  note: noteSchema,
  by: bySchema,
});
const markSchema = z.strictObject({ broken: z.boolean(), note: noteSchema, by: bySchema });
/** Of a mark without one nobody can tell whether it holds. */
const NO_REASON = new OperatorError('reason-missing', 'what is broken about it?', {
  hint: 'say why: others leave it out by this mark',
});

/** What people think of rollouts and of instances. */
export function ratingRoutes(context: StudioContext): Hono {
  const { store, now, person = 'somebody' } = context;
  return new Hono()
    .get('/rollouts/:id/ratings', (c) => c.json(store.ratings.history(c.req.param('id'))))
    .post('/rollouts/:id/rate', async (c) => {
      const { by = person, ...rating } = await bodyOf(c, ratingSchema);
      const { rollout } = doingOf(context, c.req.param('id'));
      store.ratings.rate({ ...rating, rollout, by, at: now() });
      return c.json(doingOf(context, rollout));
    })
    .post('/rollouts/:id/mark', async (c) => {
      const { by = person, ...mark } = await bodyOf(c, markSchema);
      const rollout = c.req.param('id');
      const trial = trialRowOf(store, rollout);
      if (trial === null)
        throw new OperatorError(
          'no-instance',
          `rollout ${rollout} is no attempt at an instance of a dataset`,
        );
      if (mark.broken && mark.note === '') throw NO_REASON;
      store.ratings.mark({ ...mark, ...instanceOf(store, trial), by, at: now() });
      return c.json(doingOf(context, rollout));
    })
    .get('/experiments/:id/doing', (c) =>
      c.json(experimentDoingOf(context, findExperiment(store, c.req.param('id')))),
    );
}
