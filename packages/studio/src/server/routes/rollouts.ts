import { OperatorError } from '@heddle/core';
import { type Context, Hono } from 'hono';
import { auditOf } from '../../reading/rollout/audit.ts';
import { diffOf } from '../../reading/rollout/diff.ts';
import { headOf } from '../../reading/rollout/head.ts';
import { newsOf, stepsOf } from '../../reading/rollout/news.ts';
import { memoryOf, promptOf } from '../../reading/rollout/prompt.ts';
import { selectionsOf } from '../../reading/rollout/selections.ts';
import { stepOf } from '../../reading/rollout/step.ts';
import { treeOf } from '../../reading/rollout/tree.ts';
import { othersAt } from '../../reading/rollout/trial.ts';
import type { StudioContext } from '../context.ts';
import { live } from '../live.ts';

const DEFAULT_STEPS = 200;

/** Everything about one rollout. */
export function rolloutRoutes(context: StudioContext): Hono {
  const { indexes, store } = context;
  const at = (c: Context) => indexes.of(c.req.param('id')!);
  return new Hono()
    .get('/rollouts/:id', (c) => c.json(headOf(context, at(c))))
    .get('/rollouts/:id/steps', (c) => {
      const window = { from: number(c, 'from') ?? 0, limit: number(c, 'limit') ?? DEFAULT_STEPS };
      return c.json(stepsOf(at(c), window));
    })
    .get('/rollouts/:id/steps/:n', (c) => c.json(stepOf(at(c), Number(c.req.param('n')))))
    .get('/rollouts/:id/steps/:n/prompt', async (c) =>
      c.json(await promptOf(at(c), Number(c.req.param('n')), number(c, 'message'))),
    )
    .get('/rollouts/:id/memory', (c) => c.json(memoryOf(at(c), number(c, 'at') ?? 0)))
    .get('/rollouts/:id/diff', async (c) => {
      const [step, upto] = [number(c, 'step'), number(c, 'upto')];
      const wanted = { ...(step === null ? {} : { step }), ...(upto === null ? {} : { upto }) };
      return c.json(await diffOf(context, at(c), wanted));
    })
    .get('/rollouts/:id/crosscheck', (c) => c.json(selectionsOf(at(c).facts.tree, store.objects)))
    .get('/rollouts/:id/tree', (c) => c.json(treeOf(context, at(c).rollout)))
    .get('/rollouts/:id/others', (c) => c.json(othersAt(store, at(c).rollout)))
    .get('/rollouts/:id/audit', async (c) => c.json(await auditOf(context, at(c).rollout)))
    .get('/live/rollouts/:id', (c) => {
      // Says that there is none before it begins to stream.
      const { rollout } = at(c);
      return live(c, (cursor) => newsOf(context, rollout, cursor));
    });
}

/** A whole number of the query; null: not given. Throws OperatorError `bad-number`. */
function number(c: Context, name: string): number | null {
  const given = c.req.query(name);
  if (given === undefined) return null;
  const value = Number(given);
  if (Number.isSafeInteger(value)) return value;
  throw new OperatorError('bad-number', `${name} is no whole number`);
}
