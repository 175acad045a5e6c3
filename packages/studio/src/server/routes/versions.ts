import { OperatorError } from '@heddle/core';
import { textPatch } from '@heddle/lab/text-patch';
import { Hono } from 'hono';
import { Versions } from '../../reading/versions.ts';
import type { TextPatchTold } from '../../told/version.ts';
import type { StudioContext } from '../context.ts';

export function versionRoutes({ store, now }: StudioContext): Hono {
  const versions = new Versions(store);
  return new Hono()
    .get('/versions', (c) => c.json(versions.list(now())))
    .get('/versions/history', (c) => {
      const { kind = '', name = '' } = c.req.query();
      return c.json(versions.history(kind, name, now()));
    })
    .get('/versions/diff', (c) => {
      const { a = '', b = '' } = c.req.query();
      return c.json(versions.pair(a, b));
    })
    .get('/versions/patch', (c) => {
      const { name = 'text', from, was, is, prose } = c.req.query();
      const change = { name, was: digestOf(was), is: digestOf(is), ...(from === undefined ? {} : { from }) };
      const made = textPatch(store.objects, change, prose !== undefined);
      const told: TextPatchTold =
        'patch' in made ? { patch: made.patch, problem: null } : { patch: null, problem: made.message };
      return c.json(told);
    });
}

function digestOf(given: string | undefined): string | null {
  if (given === undefined || given === '') return null;
  if (/^[0-9a-f]{64}$/.test(given)) return given;
  throw new OperatorError('no-such-text', 'that is no digest of a text');
}
