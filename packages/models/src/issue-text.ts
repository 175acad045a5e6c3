import type * as z from 'zod/mini';

/**
 * One line for a problem zod found: where and what. Zod's small build has no texts of its own
 * ("Invalid input" for everything), and its large one costs start-up time.
 */
export function issueText(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.');
  const what = problem(issue);
  return where === '' ? what : `${where}: ${what}`;
}

function problem(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.join(', ')}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    default:
      return issue.message;
  }
}
