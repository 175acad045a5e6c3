import type { SimpleReply } from '@heddle/models';

/** Whether the agent of `replyOf` solves it. */
export const isSolved = (id: string): boolean => Number(id.split('-')[1]) % 3 !== 0;

/**
 * What an agent replies that writes its answer and hands in. It writes twice: one of them may be interrupted, and is not
 * repeated then.
 */
export function replyOf(id: string, turn: number): SimpleReply {
  const command = `echo ${isSolved(id) ? 'right' : 'left'} > answer.txt; echo ${turn} > turn.txt`;
  if (turn < 2) return { calls: [{ tool: 'bash', input: { command } }] };
  return { calls: [{ tool: 'finish', input: { summary: 'Done.', probability: 0.5 } }] };
}

/** Requests of one attempt that nothing disturbs; one whose `finish` was interrupted has one more. */
export const REQUESTS = 4;
