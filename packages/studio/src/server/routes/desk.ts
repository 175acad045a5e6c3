import { answerAsk, instruct, stopRollout } from '@heddle/agent';
import { Hono } from 'hono';
import * as z from 'zod/mini';
import { asksOf, doingOf, unratedOf } from '../../reading/doing.ts';
import { bodyOf } from '../body.ts';
import type { StudioContext } from '../context.ts';

const answerSchema = z.strictObject({ rollout: z.string(), ask: z.string(), answer: z.unknown() });
/** What a person can write at once. */
const MAX_TEXT = 20_000;
export const textSchema = z.string().check(z.trim(), z.minLength(1), z.maxLength(MAX_TEXT));

/** What runs ask and what is said to them. */
export function deskRoutes(context: StudioContext): Hono {
  const { store, now } = context;
  const doing = (id: string) => doingOf(context, id);
  return new Hono()
    .get('/asks', (c) => c.json(asksOf(context)))
    .get('/unrated', (c) => c.json(unratedOf(context)))
    .get('/rollouts/:id/doing', (c) => c.json(doing(c.req.param('id'))))
    .post('/desk/answer', async (c) => {
      const { rollout, ask, answer } = await bodyOf(c, answerSchema);
      answerAsk(store, { rollout, ask, answer, at: now() });
      return c.json({});
    })
    .post('/rollouts/:id/say', async (c) => {
      const { text } = await bodyOf(c, z.strictObject({ text: textSchema }));
      return c.json({ heard: instruct(store, doing(c.req.param('id')).rollout, text, now()) });
    })
    .post('/rollouts/:id/stop', (c) => c.json(stopRollout(store, doing(c.req.param('id')).rollout, now())));
}
