import type { Files } from '../../repair/case.ts';
import { randomOf } from '../../repair/random.ts';

export interface Shape {
  /** Number of the task, from 1. */
  readonly task: number;
  /** Files that are read before the first edit, one a step. */
  readonly steps: number;
  /** Of each file. */
  readonly bytes: number;
}

export const PROGRAM = 'total.js';

/** Of one line: as it stands, as it should be, and as it might well be. */
export const EDITS = {
  buggy: 'for (let i = 1; i < list.length; i++)',
  right: 'for (let i = 0; i < list.length; i++)',
  wrong: [
    'for (let i = 1; i <= list.length; i++)',
    'for (let i = 0; i < list.length - 1; i++)',
    'for (let i = 1; i < list.length + 1; i++)',
  ],
} as const;

export const TASK = 'total([1, 2, 3]) gives 5. Find out why, and mend it.';

export const fileName = (number: number): string => `notes/part-${number}.md`;

/** A small program with a bug and a test that shows it, and text to read. */
export function filesOf({ task, steps, bytes }: Shape): Files {
  const random = randomOf(`text:${task}`);
  const notes = Array.from({ length: steps }, (_, number) => [fileName(number), textOf(bytes, random)]);
  return {
    'package.json': '{ "type": "module" }\n',
    [PROGRAM]: `export function total(list) {\n  let sum = 0;\n  ${EDITS.buggy} sum += list[i];\n  return sum;\n}\n`,
    'total.test.js': [
      "import assert from 'node:assert';",
      "import { test } from 'node:test';",
      "import { total } from './total.js';",
      "test('total', () => assert.equal(total([1, 2, 3]), 6));",
      '',
    ].join('\n'),
    ...Object.fromEntries(notes),
  };
}

const WORDS =
  'the sum of a list is what its numbers come to when each is taken once and none is left out'.split(' ');

function textOf(bytes: number, random: { pick<T>(list: readonly T[]): T }): string {
  let text = '';
  while (text.length < bytes) text += `${random.pick(WORDS)}${text.length % 80 > 70 ? '\n' : ' '}`;
  return text;
}
