import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { fitArguments, readArguments } from '../src/arguments.ts';

describe('arguments as text', () => {
  it.each([
    ['an object', '{"a":1}', { a: 1 }],
    ['nothing', '', {}],
    ['bare line ends and tabs in a text', '{"a":"x\n\ty\\n\\"z\\""}', { a: 'x\n\ty\n"z"' }],
    ['a fence', '```json\n{"a":1}\n```', { a: 1 }],
    ['cut short', '{"a":"x', null],
    ['cut short behind a whole text', '{"a":"x","b":', null],
    ['a list', '[1]', null],
    ['no JSON', 'ls -la', null],
  ])('%s', (_, text, read) => {
    expect(readArguments(text)).toEqual(read);
  });
});

describe('arguments as a schema wants them', () => {
  const schema = z.object({
    edits: z.optional(z.array(z.object({ old: z.string(), line: z.optional(z.int()) }))),
    wait: z.optional(z.number()),
    force: z.optional(z.boolean()),
    text: z.optional(z.string()),
  });

  it.each([
    ['as they are', { wait: 3 }, { wait: 3 }, []],
    ['a list as a text', { edits: '[{"old":"a"}]' }, { edits: [{ old: 'a' }] }, ['edits']],
    ['one instead of a list', { edits: { old: 'a' } }, { edits: [{ old: 'a' }] }, ['edits']],
    [
      'numbers and a yes as texts',
      { wait: '2.5', force: 'true' },
      { wait: 2.5, force: true },
      ['wait', 'force'],
    ],
    [
      'a whole number deep inside',
      { edits: [{ old: 'a', line: '4' }] },
      { edits: [{ old: 'a', line: 4 }] },
      ['edits.0.line'],
    ],
    ['a number as a text', { text: 7 }, { text: '7' }, ['text']],
  ])('%s', (_, input, data, mended) => {
    expect(fitArguments(schema, input)).toEqual({ data, mended });
  });

  it.each([
    ['a list that is none', { edits: 'a' }],
    ['a list of the wrong things', { edits: '[1]' }],
    ['a number that is none', { wait: 'soon' }],
    ['a fraction where whole numbers are wanted', { edits: [{ old: 'a', line: '4.5' }] }],
    ['null', { force: null }],
  ])('not %s', (_, input) => {
    const fit = fitArguments(schema, input);
    expect(fit.mended).toBeNull();
    expect(input).toEqual(structuredClone(input));
  });
});
