import { type EventOf, oneLine } from '@heddle/core';

/** Characters of one field that can tell an action from another; a title is clipped to its line anyway. */
const MAX_FIELD_CHARACTERS = 120;
/** Of a list so many entries are named, and how many more there are. */
const MOST_ENTRIES = 3;
/** Nobody tells actions apart by what lies deeper. */
const MAX_DEPTH = 4;

/**
 * An action in one line: the tool and the values of its input in the order the model gave them, whatever the tool. Of a list
 * it has what its entries are called, of anything else inside another the first words: never JSON.
 * `bash npm test`, `edit replace src/sum.js let i = 1 → let i = 0`, `attempt test loop from 0, loop to the end, +2 more`.
 */
export function actionTitle(tool: string, input: unknown): string {
  return [tool, ...values(input)].join(' ');
}

function values(input: unknown): string[] {
  if (typeof input === 'string') return [field(input)];
  if (typeof input !== 'object' || input === null) return input === undefined ? [] : [field(wordsOf(input))];
  if (Array.isArray(input)) return [field(wordsOf(input))];
  return Object.entries(input).flatMap(([name, value]) => {
    const text = field(wordsOf(value));
    if (text === '') return [];
    return [name === 'new' && 'old' in input ? `→ ${text}` : text];
  });
}

function wordsOf(value: unknown, depth = 0): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  if (depth === MAX_DEPTH) return '';
  const words = (each: unknown) => wordsOf(each, depth + 1).slice(0, MAX_FIELD_CHARACTERS);
  if (!Array.isArray(value))
    return Object.values(value).reduce<string>((found, each) => found || words(each), '');
  const named = value
    .slice(0, MOST_ENTRIES)
    .map(words)
    .filter((text) => text !== '');
  const more = value.length - MOST_ENTRIES;
  return [...named, ...(more > 0 ? [`+${more} more`] : [])].join(', ');
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
