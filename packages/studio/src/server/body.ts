import { issueText, OperatorError } from '@heddle/core';
import type { Context } from 'hono';
import type * as z from 'zod/mini';

/** Of what a page says at once: the longest text there is, twenty times. */
export const MOST_BODY_BYTES = 1_000_000;

/** What a page says, in its schema's form. Throws OperatorError `bad-request`. */
export async function bodyOf<T>(c: Context, schema: z.ZodMiniType<T>): Promise<T> {
  const value = parsed(await c.req.text());
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new OperatorError('bad-request', `that cannot be read: ${issueText(read.error.issues[0]!)}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => withoutNul(value));
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    return undefined;
  }
}

/** No command line holds one, and no text of PostgreSQL. */
function withoutNul(value: unknown): unknown {
  if (typeof value === 'string' && value.includes('\0'))
    throw new OperatorError('bad-request', 'that cannot be read: a text has a NUL in it');
  return value;
}
