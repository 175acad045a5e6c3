import { problemText } from '@heddle/core';
import type * as z from 'zod/mini';
import type { Tool } from '../tool.ts';

/** Says which argument is wrong, what was expected and what was given. */
export function describeInputFault(
  tool: Tool,
  issues: readonly z.core.$ZodIssue[],
  input: Record<string, unknown>,
): string {
  const faults = issues.map((issue) => {
    const { path } = issue;
    const value = path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      input,
    );
    const given = value === undefined ? 'missing' : `got ${JSON.stringify(value).slice(0, 120)}`;
    return `"${path.join('.')}": ${problemText(issue)} (${given})`;
  });
  return `The arguments of ${tool.name} do not fit, so nothing was run. ${faults.join('; ')}.`;
}

/**
 * Arguments with those that were given as text but are due as a list, an object, a number or a truth value read from
 * that text, which models do; null where that mends nothing. What does not fit then is still refused by the schema.
 */
export function unquoted(
  issues: readonly z.core.$ZodIssue[],
  input: Record<string, unknown>,
): Record<string, unknown> | null {
  const mended = { ...input };
  for (const { path } of issues) {
    const [key] = path;
    const value = path.length === 1 ? input[key as string] : undefined;
    if (typeof value !== 'string') continue;
    try {
      const read: unknown = JSON.parse(value);
      if (typeof read !== 'string' && read !== null) mended[key as string] = read;
    } catch {
      // It is only text.
    }
  }
  return Object.keys(mended).some((key) => mended[key] !== input[key]) ? mended : null;
}
