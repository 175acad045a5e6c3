import type * as z from 'zod/mini';

/**
 * One line for a problem zod found: where and what. Zod's small build has no texts of its own
 * ("Invalid input" for everything), and its large one costs start-up time.
 */
export function issueText(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.');
  const what = problemText(issue);
  return where === '' ? what : `${where}: ${what}`;
}

/** The same without the place. */
export function problemText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'unrecognized_keys':
      return `unknown field ${issue.keys.join(', ')}`;
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${UNITS[issue.origin] ?? ''}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${UNITS[issue.origin] ?? ''}`;
    default:
      return issue.message;
  }
}

const UNITS: Readonly<Record<string, string>> = { string: ' characters', array: ' items' };
