import { EXIT, issueText, OperatorError } from '@heddle/core';
import type * as z from 'zod/mini';

/** What a file that should be imported is not: `where` says which part of it. */
export function unreadable(where: string, what: string, cause?: unknown): OperatorError {
  return new OperatorError('unreadable-import', `${where} cannot be read: ${what}`, {
    cause,
    hint: 'check that the file is whole and of the format you named; `heddle import --help` lists the formats',
    exitCode: EXIT.usage,
  });
}

/** Parsed by its schema, or OperatorError `unreadable-import` with the first thing that is wrong. */
export function readAs<S extends z.ZodMiniType>(schema: S, value: unknown, where: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unreadable(where, issueText(parsed.error.issues[0]!), parsed.error);
}

export function parseText(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(where, 'it is not JSON', cause);
  }
}
