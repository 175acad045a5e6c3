import type { Position, TextEdit } from './answers.ts';

/** Where a position is in a text; beyond a line's or the text's end it is clamped. */
function offsetAt(text: string, { line, character }: Position): number {
  let start = 0;
  for (let row = 0; row < line; row++) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  const end = text.indexOf('\n', start);
  return Math.min(start + character, end < 0 ? text.length : end);
}

/** The text with all edits made, whose ranges are of the text before any of them. Null: they overlap. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string | null {
  const spans = edits
    .map(({ range, newText }) => ({
      from: offsetAt(text, range.start),
      to: offsetAt(text, range.end),
      newText,
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
  let result = '';
  let at = 0;
  for (const { from, to, newText } of spans) {
    if (from < at || to < from) return null;
    result += text.slice(at, from) + newText;
    at = to;
  }
  return result + text.slice(at);
}
