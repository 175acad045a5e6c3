import type { SimpleReply } from '@heddle/models';

const USAGE = { inputTokens: 100, outputTokens: 10 };
const SUMMARY = { summary: 'Two lines are added.', probability: 0.5 };

/** Two actions, of which each leaves a trace that shows if it was done twice, and the end. */
export const SCRIPT: readonly SimpleReply[] = [
  { calls: [{ tool: 'bash', input: { command: 'echo two >> note.txt' } }], usage: USAGE },
  { calls: [{ tool: 'bash', input: { command: 'echo three >> note.txt' } }], usage: USAGE },
  { calls: [{ tool: 'finish', input: SUMMARY }], usage: USAGE },
  { calls: [{ tool: 'finish', input: SUMMARY }], usage: USAGE },
];

/** What the patch adds in the end. */
export const PATCH_LINES = ['+two', '+three'];
