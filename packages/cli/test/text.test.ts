import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { clip, columnsOf } from '../src/render/text.ts';

test('the short way to measure a text agrees with the whole one, character by character', () => {
  const wrong: string[] = [];
  for (let code = 0x20; code < 0x3000; code += 1) {
    const char = String.fromCharCode(code);
    for (const text of [char, `a${char}b`, `\u001b[32m${char}${char}\u001b[39m`])
      if (columnsOf(text) !== stringWidth(text)) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});

test('so does the short way to cut one', () => {
  for (const text of [
    'a plain line',
    '✗ 2 failing → ✓ all 88 pass',
    'ümläute',
    '漢字かな',
    '\u001b[32mgreen\u001b[39m tea',
    '👩‍👩‍👧 family',
  ])
    for (let columns = 1; columns < columnsOf(text); columns += 1)
      expect(clip(text, columns)).toBe(`${sliceAnsi(text, 0, columns - 1)}…`);
});

test('what is cut is never wider than asked, of signs that are measured in two ways too', () => {
  const text = '! 𖿠𝅘𝅥𝅮  ! · ⺀! ⺀⺀ ! 𝅘𝅥𝅮𝅘𝅥𝅮 and on it goes';
  for (let columns = 1; columns < 40; columns += 1)
    expect(columnsOf(clip(text, columns))).toBeLessThanOrEqual(columns);
});
