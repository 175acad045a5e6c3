import { OperatorError } from '@heddle/core';
import { type Context, Hono } from 'hono';
import { type AskedPair, Comparisons, partingOf } from '../../reading/compare.ts';
import type { StudioContext } from '../context.ts';
import { live } from '../live.ts';

/** A comparison draws thousands of samples: not for each trial that ends. */
const COMPARED_EVERY_MS = 3_000;

export function compareRoutes({ store, shelf }: StudioContext): Hono {
  const comparisons = new Comparisons(store, shelf);
  return new Hono()
    .get('/compare', (c) => c.json(comparisons.of(pairOf(c))))
    .get('/live/compare', (c) => {
      const pair = pairOf(c);
      // Says what is wrong before it begins to stream.
      comparisons.of(pair);
      return live(c, (cursor) => comparisons.news(pair, cursor), { every: COMPARED_EVERY_MS });
    })
    .get('/compare/parting', (c) => {
      const rollouts = [asked(c.req.query('a'), 'a'), asked(c.req.query('b'), 'b')] as const;
      return c.json(partingOf(store, rollouts));
    });
}

function pairOf(c: Context): AskedPair {
  return {
    a: asked(c.req.query('a'), 'a'),
    b: c.req.query('b'),
    withoutBroken: c.req.query('without') === 'broken',
  };
}

function asked(given: string | undefined, name: string): string {
  if (given !== undefined && given !== '') return given;
  throw new OperatorError('which-two', `${name} is missing`, { hint: 'say which two: ?a=…&b=…' });
}
