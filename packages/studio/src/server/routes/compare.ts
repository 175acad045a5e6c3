import { OperatorError } from '@heddle/core';
import { Hono } from 'hono';
import { Comparisons, partingOf } from '../../reading/compare.ts';
import type { StudioContext } from '../context.ts';
import { live } from '../live.ts';

/** A comparison draws thousands of samples: not for each trial that ends. */
const COMPARED_EVERY_MS = 3_000;

export function compareRoutes({ store, shelf }: StudioContext): Hono {
  const comparisons = new Comparisons(store, shelf);
  return new Hono()
    .get('/compare', (c) => c.json(comparisons.of(asked(c.req.query('a'), 'a'), c.req.query('b'))))
    .get('/live/compare', (c) => {
      const [a, b] = [asked(c.req.query('a'), 'a'), c.req.query('b')];
      // Says what is wrong before it begins to stream.
      comparisons.of(a, b);
      return live(c, (cursor) => comparisons.news(a, b, cursor), { every: COMPARED_EVERY_MS });
    })
    .get('/compare/parting', (c) => {
      const rollouts = [asked(c.req.query('a'), 'a'), asked(c.req.query('b'), 'b')] as const;
      return c.json(partingOf(store, rollouts));
    });
}

function asked(given: string | undefined, name: string): string {
  if (given !== undefined && given !== '') return given;
  throw new OperatorError('which-two', `${name} is missing`, { hint: 'say which two: ?a=…&b=…' });
}
