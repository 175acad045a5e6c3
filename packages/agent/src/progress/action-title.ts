import { type EventOf, oneLine } from '@heddle/core';

/** Characters of one field that can tell an action from another; a title is clipped to its line anyway. */
const MAX_FIELD_CHARACTERS = 120;

/**
 * An action in one line: the tool and the values of its input in the order the model gave them, whatever the tool.
 * `bash npm test`, `edit replace src/sum.js let i = 1 let i = 0`.
 */
export function actionTitle(tool: string, input: unknown): string {
  return [tool, ...values(input)].join(' ');
}

function values(input: unknown): string[] {
  if (typeof input === 'string') return [field(input)];
  if (typeof input !== 'object' || input === null)
    return input === undefined ? [] : [field(JSON.stringify(input))];
  return Object.values(input)
    .map((value) => field(typeof value === 'string' ? value : JSON.stringify(value)))
    .filter((text) => text !== '');
}

function field(text: string): string {
  return oneLine(text.slice(0, MAX_FIELD_CHARACTERS));
}

/** How an action ended, where that is not simply well: `exit 1`, `timeout`, `error: …`. Empty if all is well. */
export function actionProblem({ outcome, content, details }: EventOf<'action.completed'>): string {
  if (outcome === 'interrupted') return 'interrupted';
  if (outcome === 'error') return `error: ${oneLine(content.split('\n', 1)[0]!)}`;
  const { exitCode, ended } = (details ?? {}) as { exitCode?: unknown; ended?: unknown };
  if (typeof ended === 'string' && ended !== 'exited') return ended;
  return typeof exitCode === 'number' && exitCode !== 0 ? `exit ${exitCode}` : '';
}
