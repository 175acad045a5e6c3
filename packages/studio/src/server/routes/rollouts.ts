import { printedLately } from '@heddle/agent';
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
import type { PrintedTold } from '../../told/step.ts';
import type { StudioContext } from '../context.ts';
import { live } from '../live.ts';

const DEFAULT_STEPS = 200;

/** Everything about one rollout. */
export function rolloutRoutes(context: StudioContext): Hono {
  const { indexes, store } = context;
  const at = (c: Context) => indexes.read(c.req.param('id')!);
  return new Hono()
    .get('/rollouts/:id', async (c) => c.json(headOf(context, await at(c))))
    .get('/rollouts/:id/steps', async (c) => {
      const window = { from: number(c, 'from') ?? 0, limit: number(c, 'limit') ?? DEFAULT_STEPS };
      return c.json(stepsOf(await at(c), window));
    })
    .get('/rollouts/:id/steps/:n', async (c) => c.json(stepOf(await at(c), Number(c.req.param('n')))))
    .get('/rollouts/:id/steps/:n/prompt', async (c) =>
      c.json(await promptOf(await at(c), Number(c.req.param('n')), number(c, 'message'))),
    )
    .get('/rollouts/:id/memory', async (c) => c.json(memoryOf(await at(c), number(c, 'at') ?? 0)))
    .get('/rollouts/:id/diff', async (c) => {
      const [step, upto] = [number(c, 'step'), number(c, 'upto')];
      const wanted = { ...(step === null ? {} : { step }), ...(upto === null ? {} : { upto }) };
      return c.json(await diffOf(context, await at(c), wanted));
    })
    .get('/rollouts/:id/crosscheck', async (c) =>
      c.json(selectionsOf((await at(c)).facts.tree, store.objects)),
    )
    .get('/rollouts/:id/printed', async (c) => {
      const told: PrintedTold | null = printedLately(context.home, (await at(c)).rollout);
      return c.json(told);
    })
    .get('/rollouts/:id/tree', async (c) => c.json(treeOf(context, (await at(c)).rollout)))
    .get('/rollouts/:id/others', async (c) => c.json(othersAt(store, (await at(c)).rollout)))
    .get('/rollouts/:id/audit', async (c) => c.json(await auditOf(context, (await at(c)).rollout)))
    .get('/live/rollouts/:id', async (c) => {
      // Says that there is none before it begins to stream.
      const { rollout } = await at(c);
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
