import { issueText, OperatorError } from '@heddle/core';
import type { Context } from 'hono';
import type * as z from 'zod/mini';

/** What a page says, in its schema's form. Throws OperatorError `bad-request`. */
export async function bodyOf<T>(c: Context, schema: z.ZodMiniType<T>): Promise<T> {
  const value: unknown = await c.req.json().catch(() => undefined);
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new OperatorError('bad-request', `that cannot be read: ${issueText(parsed.error.issues[0]!)}`);
}
