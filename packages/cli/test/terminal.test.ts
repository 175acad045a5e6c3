import { expect, test } from 'vitest';
import { terminalOf } from '../src/terminal.ts';

test.each([
  ['a terminal says it itself', { isTTY: true, columns: 100 }, '60', 100],
  ['where there is none, COLUMNS does', {}, '110', 110],
  ['a line longer than anybody reads is not made', {}, '400', 120],
  ['else it is as narrow as most are', {}, undefined, 80],
  ['what is no number says nothing', {}, 'wide', 80],
])('%s', (_, stream, columns, expected) => {
  const env = columns === undefined ? {} : { COLUMNS: columns };
  expect(terminalOf(stream, env).columns).toBe(expected);
});
