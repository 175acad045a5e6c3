import type { Difference, SameAs } from '@heddle/agent';

/** How a result stands to an earlier one of the very same set-up. */
export function comparedText({ rollout, result, parts }: SameAs): string {
  const of = `${rollout}, of the same task, files, agent, model and seed`;
  if (result === 'same') return `the same result as ${of}`;
  return `not the result of ${of}: ${parts ? `they part ${placeText(parts)}` : 'only their ends differ'}`;
}

/** `at step 3, action.completed (event 17)`. */
export function placeText({ step, type, positions: [a, b] }: Difference): string {
  const where = [a, b].map((position) => position ?? 'the end');
  return `at step ${step}, ${type} (${a === b ? `event ${a}` : `events ${where.join(' and ')}`})`;
}
