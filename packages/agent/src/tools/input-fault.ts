import { problemText } from '@heddle/core';
import * as z from 'zod/mini';
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
  const known = z.toJSONSchema(tool.schema).properties ?? {};
  const unknown = Object.keys(input).filter((name) => !(name in known));
  const strangers =
    unknown.length === 0
      ? ''
      : ` It takes no ${unknown.map((name) => `"${name}"`).join(', ')}: its arguments are ${Object.keys(known).join(', ')}.`;
  return `The arguments of ${tool.name} do not fit, so nothing was run. ${faults.join('; ')}.${strangers}`;
}
