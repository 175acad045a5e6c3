import { expect, it } from 'vitest';
import { actionTitle } from '../src/progress/action-title.ts';

it.each([
  ['bash', { command: 'npm test' }, 'bash npm test'],
  ['edit', { command: 'replace', path: 'sum.js', old: 'a', new: 'b' }, 'edit replace sum.js a → b'],
  ['edit', { command: 'replace', path: 'sum.js', old: 'a', new: '' }, 'edit replace sum.js a'],
  ['edit', { command: 'create', path: 'sum.js', new: 'b' }, 'edit create sum.js b'],
  [
    'attempt',
    {
      check: 'test',
      stop_after: 4,
      candidates: ['one', 'two', 'three', 'four', 'five'].map((label) => ({ label, edits: [{ old: 'x' }] })),
    },
    'attempt test 4 one, two, three, +2 more',
  ],
  ['attempt', { candidates: [{ edits: [{ path: 'a.js', old: 'x' }] }] }, 'attempt a.js'],
  ['plan', { items: [{ text: 'look', status: 'done' }, { text: 'mend' }] }, 'plan look, mend'],
  ['odd', { none: null, list: [], deep: { a: { b: { c: { d: { e: 'x' } } } } } }, 'odd null'],
  ['odd', ['a', 1, true], 'odd a, 1, true'],
  ['odd', 'as it came', 'odd as it came'],
  ['odd', undefined, 'odd'],
])('calls %s with %j: %s', (tool, input, title) => {
  expect(actionTitle(tool, input)).toBe(title);
});
